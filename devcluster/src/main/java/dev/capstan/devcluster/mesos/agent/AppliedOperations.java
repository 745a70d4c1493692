package dev.capstan.devcluster.mesos.agent;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.ContainerOperation;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Outbox;
import dev.capstan.devcluster.mesos.message.Uuids;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Operation;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.UUID;

import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The part of an agent that knows what its resources have become by operations: reservations, and volumes with their
 * directories. It tells of each that has an id how it has ended, until its framework has seen it.
 */
final class AppliedOperations {
    private final String directory;
    private final RandomGenerator random;
    private final Consumer<MasterMessage> master;
    private final Outbox out;
    private final UpdateStreams<ByteString, Operation> updates;
    private List<Resource> total;

    /**
     * @param directory of the agent
     * @param total what the agent begins with
     * @param master takes what is to be passed on
     */
    AppliedOperations(
            String directory,
            List<Resource> total,
            RandomGenerator random,
            Consumer<MasterMessage> master,
            Outbox out) {
        this.directory = directory;
        this.total = List.copyOf(total);
        this.random = random;
        this.master = master;
        this.out = out;
        this.updates = new UpdateStreams<>(out, new Ends());
    }

    /** What the agent has, allocated to nobody. */
    List<Resource> total() {
        return total;
    }

    void apply(AgentMessage.ApplyOperation apply) {
        total = apply.total();
        Offer.Operation info = apply.operation().getInfo();
        info.getCreate().getVolumesList().forEach(each -> out.perform(new ContainerOperation.MakeVolume(volume(each))));
        info.getDestroy()
                .getVolumesList()
                .forEach(each -> out.perform(new ContainerOperation.RemoveVolume(volume(each))));
        end(apply.operation(), OperationState.OPERATION_FINISHED);
    }

    /** One that the master has sent, and that never came here. */
    void drop(Operation operation) {
        if (!updates.isWaiting(operation.getUuid().getValue())) {
            end(operation, OperationState.OPERATION_DROPPED);
        }
    }

    private void end(Operation operation, OperationState state) {
        if (!operation.hasFrameworkId() || !operation.getInfo().hasId()) {
            return;
        }
        OperationStatus status =
                OperationStatus.newBuilder()
                        .setOperationId(operation.getInfo().getId())
                        .setState(state)
                        .setUuid(UUID.newBuilder().setValue(Uuids.bytes(Uuids.random(random))))
                        .setAgentId(operation.getAgentId())
                        .build();
        updates.add(
                operation.getUuid().getValue(),
                operation.toBuilder().setLatestStatus(status).addStatuses(status).build());
    }

    /** Where the content of a volume lies. */
    String volume(Resource resource) {
        String role = resource.getReservations(resource.getReservationsCount() - 1).getRole().replace('/', ' ');
        return String.join("/", directory, "volumes", "roles", role, resource.getDisk().getPersistence().getId());
    }

    void acknowledge(ByteString operation, ByteString uuid) {
        updates.acknowledge(operation, uuid);
    }

    void repeat(ByteString operation) {
        updates.repeat(operation);
    }

    /** There is a new master, or it has heard of us anew. */
    void resumeAll() {
        updates.resume(_ -> true);
    }

    void forget(FrameworkID framework) {
        List<ByteString> its =
                waiting().stream()
                        .filter(each -> each.getFrameworkId().equals(framework))
                        .map(each -> each.getUuid().getValue())
                        .toList();
        updates.forget(its::contains);
    }

    /** Those whose end is not acknowledged. */
    List<Operation> waiting() {
        return updates.waiting().values().stream().map(List::getFirst).toList();
    }

    /** What an agent that takes over finds on the disk. */
    void leaveTo(AppliedOperations successor) {
        successor.total = total;
        waiting().forEach(each -> successor.updates.add(each.getUuid().getValue(), each));
    }

    private final class Ends implements UpdateStreams.Sort<ByteString, Operation> {
        @Override
        public ByteString uuid(Operation operation) {
            return operation.getLatestStatus().getUuid().getValue();
        }

        @Override
        public String timer(ByteString operation) {
            return "operation " + Uuids.text(operation);
        }

        @Override
        public AgentMessage repetition(ByteString operation) {
            return new AgentMessage.RepeatOperation(operation);
        }

        @Override
        public void forward(ByteString key, Operation operation) {
            master.accept(new MasterMessage.OperationUpdateArrived(operation.getAgentId(), operation));
        }
    }
}
