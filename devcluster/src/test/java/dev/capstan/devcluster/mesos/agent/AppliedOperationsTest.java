package dev.capstan.devcluster.mesos.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.ContainerOperation;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Operation;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.UUID;
import org.apache.mesos.v1.Protos.Value;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGeneratorFactory;

/** What an agent makes of operations, and how it tells of their end. */
class AppliedOperationsTest {
    private static final Address MASTER = new Address("master", "master");
    private static final AgentID ID = AgentID.newBuilder().setValue("S0").build();
    private static final FrameworkID FRAMEWORK = FrameworkID.newBuilder().setValue("F").build();
    private static final ByteString UUID_OF_OPERATION = ByteString.copyFrom(new byte[16]);
    private static final Resource RESERVED =
            Resource.newBuilder()
                    .setName("disk")
                    .setType(Value.Type.SCALAR)
                    .setScalar(Value.Scalar.newBuilder().setValue(10))
                    .addReservations(ReservationInfo.newBuilder().setRole("dev").setType(ReservationInfo.Type.DYNAMIC))
                    .build();

    private final Agent agent =
            new Agent(
                    new AgentConfig("127.0.0.1", "/agent", ExecutorSettings.defaults(), Duration.ofSeconds(90)),
                    AgentInfo.newBuilder().setHostname("here").setPort(5051).build(),
                    new Address("agent", "agent"),
                    RandomGeneratorFactory.of("L64X128MixRandom").create(7),
                    0);

    @BeforeEach
    void register() {
        agent.on(new AgentMessage.Started(), 0);
        agent.on(new AgentMessage.MasterDetected(MASTER), 0);
        agent.on(new AgentMessage.Registered(ID), 0);
    }

    private static Operation operation(Offer.Operation.Type type, String id) {
        Operation.Builder operation =
                Operation.newBuilder()
                        .setFrameworkId(FRAMEWORK)
                        .setAgentId(ID)
                        .setUuid(UUID.newBuilder().setValue(UUID_OF_OPERATION));
        operation.getLatestStatusBuilder().setState(OperationState.OPERATION_PENDING);
        operation.getInfoBuilder().setType(type);
        if (!id.isEmpty()) {
            operation.getInfoBuilder().getIdBuilder().setValue(id);
        }
        return operation.build();
    }

    private static List<Operation> told(List<Effect> effects) {
        return effects.stream()
                .map(each ->
                        each instanceof Effect.Send(_, MasterMessage.OperationUpdateArrived(_, var operation))
                                ? operation
                                : null)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<Duration> repeats(List<Effect> effects) {
        return effects.stream()
                .map(each -> each instanceof Effect.Arm(_, var after, AgentMessage.RepeatOperation _) ? after : null)
                .filter(Objects::nonNull)
                .toList();
    }

    private List<Effect> apply(String id) {
        return agent.on(
                new AgentMessage.ApplyOperation(operation(Offer.Operation.Type.RESERVE, id), List.of(RESERVED)), 0);
    }

    @Test
    void theEndOfAnOperationIsRepeatedEverMoreRarelyUntilItIsAcknowledged() {
        List<Effect> applied = apply("op");
        Operation operation = told(applied).getFirst();
        assertThat(operation.getLatestStatus().getState()).isEqualTo(OperationState.OPERATION_FINISHED);
        assertThat(repeats(applied)).containsExactly(Duration.ofSeconds(10));
        List<Effect> again = agent.on(new AgentMessage.RepeatOperation(UUID_OF_OPERATION), 0);
        assertThat(told(again)).containsExactly(operation);
        assertThat(repeats(again)).containsExactly(Duration.ofSeconds(20));
        ByteString uuid = operation.getLatestStatus().getUuid().getValue();
        agent.on(new AgentMessage.AcknowledgeOperation(UUID_OF_OPERATION, uuid), 0);
        assertThat(told(agent.on(new AgentMessage.RepeatOperation(UUID_OF_OPERATION), 0))).isEmpty();
        assertThat(told(agent.on(new AgentMessage.Registered(ID), 0))).isEmpty();
    }

    @Test
    void nobodyIsToldOfAnOperationWithoutAnId() {
        assertThat(told(apply(""))).isEmpty();
    }

    @Test
    void anAgentThatTakesOverKnowsWhatIsReservedAndWhatWasNotAcknowledged() {
        apply("op");
        Agent successor = agent.successor();
        successor.on(new AgentMessage.Started(), 0);
        assertThat(successor.on(new AgentMessage.MasterDetected(MASTER), 0))
                .anyMatch(each ->
                        each instanceof Effect.Send(_, MasterMessage.RegisterAgent register)
                                && register.total().equals(List.of(RESERVED))
                                && register.operations().size() == 1);
        assertThat(told(successor.on(new AgentMessage.Registered(ID), 0))).hasSize(1);
    }

    @Test
    void anOperationThatNeverCameIsToldAsDroppedAndOneThatDidIsNot() {
        Operation lost = operation(Offer.Operation.Type.RESERVE, "lost");
        List<Effect> effects = agent.on(new AgentMessage.DropOperation(lost), 0);
        assertThat(told(effects))
                .singleElement()
                .satisfies(each ->
                        assertThat(each.getLatestStatus().getState()).isEqualTo(OperationState.OPERATION_DROPPED));
        assertThat(told(agent.on(new AgentMessage.DropOperation(lost), 0))).isEmpty();
    }

    @Test
    void aVolumeHasADirectoryFromItsCreationToItsDestruction() {
        Resource.Builder volume = RESERVED.toBuilder();
        volume.getDiskBuilder().getPersistenceBuilder().setId("v");
        Operation.Builder create = operation(Offer.Operation.Type.CREATE, "").toBuilder();
        create.getInfoBuilder().getCreateBuilder().addVolumes(volume);
        assertThat(agent.on(new AgentMessage.ApplyOperation(create.build(), List.of(volume.build())), 0))
                .contains(new Effect.Perform(new ContainerOperation.MakeVolume("/agent/volumes/roles/dev/v")));
        Operation.Builder destroy = operation(Offer.Operation.Type.DESTROY, "").toBuilder();
        destroy.getInfoBuilder().getDestroyBuilder().addVolumes(volume);
        assertThat(agent.on(new AgentMessage.ApplyOperation(destroy.build(), List.of(RESERVED)), 0))
                .contains(new Effect.Perform(new ContainerOperation.RemoveVolume("/agent/volumes/roles/dev/v")));
    }
}
