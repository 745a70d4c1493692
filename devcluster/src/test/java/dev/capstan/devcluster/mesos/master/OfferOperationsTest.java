package dev.capstan.devcluster.mesos.master;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.devcluster.mesos.message.Uuids;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Operation;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.AllocationInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.UUID;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGeneratorFactory;

/** Reservations and volumes, and what frameworks hear of how they come about. */
class OfferOperationsTest {
    private final Master master = MasterFixture.master(MasterConfig.defaults());
    private final Address stream = new Address("peer", "s");
    private String streamId = "";
    private long now;

    private List<Effect> on(MasterMessage message) {
        return master.on(message, now);
    }

    private static List<Event> events(List<Effect> effects) {
        return effects.stream()
                .map(each -> each instanceof Effect.Send(_, Reply.Emitted(Event event)) ? event : null)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<Offer> offers(List<Effect> effects) {
        return events(effects).stream().flatMap(each -> each.getOffers().getOffersList().stream()).toList();
    }

    private static List<OperationStatus> statuses(List<Effect> effects) {
        return events(effects).stream()
                .filter(Event::hasUpdateOperationStatus)
                .map(each -> each.getUpdateOperationStatus().getStatus())
                .toList();
    }

    private static List<AgentMessage> toAgent(List<Effect> effects) {
        return effects.stream()
                .map(each -> each instanceof Effect.Send(_, AgentMessage message) ? message : null)
                .filter(Objects::nonNull)
                .toList();
    }

    private static Operation applied(List<Effect> effects) {
        return toAgent(effects).stream()
                .map(each -> each instanceof AgentMessage.ApplyOperation apply ? apply.operation() : null)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    /** A framework of the role "dev", and an agent; the first offer of it. */
    private Offer offered(String principal) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        var info =
                FrameworkInfo.newBuilder()
                        .setUser("root")
                        .setName("f")
                        .addRoles("dev")
                        .setFailoverTimeout(100)
                        .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
                        .addCapabilities(Capability.newBuilder().setType(Capability.Type.RESERVATION_REFINEMENT));
        if (!principal.isEmpty()) {
            info.setPrincipal(principal);
        }
        call.getSubscribeBuilder().setFrameworkInfo(info);
        for (Effect effect : on(new MasterMessage.SchedulerCall(stream, null, null, call.build()))) {
            if (effect instanceof Effect.Send(_, Reply.Opened(var id))) {
                streamId = Objects.requireNonNull(id);
            }
        }
        return offers(on(MasterFixture.register(MasterFixture.agentInfo()))).getFirst();
    }

    private List<Effect> call(Call.Builder call) {
        call.getFrameworkIdBuilder().setValue("m-0000");
        return on(new MasterMessage.SchedulerCall(new Address("peer", "c"), streamId, null, call.build()));
    }

    private List<Effect> accept(Offer offer, Offer.Operation... operations) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.ACCEPT);
        call.getAcceptBuilder()
                .addOfferIds(offer.getId())
                .addAllOperations(List.of(operations))
                .getFiltersBuilder()
                .setRefuseSeconds(0);
        return call(call);
    }

    private static Resource resource(String name, double amount) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(amount))
                .build();
    }

    private static Resource allocated(Resource resource) {
        return resource.toBuilder().setAllocationInfo(AllocationInfo.newBuilder().setRole("dev")).build();
    }

    private static Resource reserved(Resource resource) {
        return resource.toBuilder()
                .addReservations(ReservationInfo.newBuilder().setType(ReservationInfo.Type.DYNAMIC).setRole("dev"))
                .build();
    }

    private static Resource volume(String id, double mb) {
        Resource.Builder volume = reserved(allocated(resource("disk", mb))).toBuilder();
        volume.getDiskBuilder().getPersistenceBuilder().setId(id);
        volume.getDiskBuilder().getVolumeBuilder().setMode(Volume.Mode.RW).setContainerPath("data");
        return volume.build();
    }

    private static Offer.Operation reserve(String id, Resource... resources) {
        Offer.Operation.Builder operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.RESERVE);
        operation.getReserveBuilder().addAllResources(List.of(resources));
        return withId(operation, id);
    }

    private static Offer.Operation unreserve(String id, Resource... resources) {
        Offer.Operation.Builder operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.UNRESERVE);
        operation.getUnreserveBuilder().addAllResources(List.of(resources));
        return withId(operation, id);
    }

    private static Offer.Operation create(String id, Resource... volumes) {
        Offer.Operation.Builder operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.CREATE);
        operation.getCreateBuilder().addAllVolumes(List.of(volumes));
        return withId(operation, id);
    }

    private static Offer.Operation destroy(String id, Resource... volumes) {
        Offer.Operation.Builder operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.DESTROY);
        operation.getDestroyBuilder().addAllVolumes(List.of(volumes));
        return withId(operation, id);
    }

    private static Offer.Operation withId(Offer.Operation.Builder operation, String id) {
        if (!id.isEmpty()) {
            operation.getIdBuilder().setValue(id);
        }
        return operation.build();
    }

    private Offer next() {
        now += Duration.ofSeconds(1).toNanos();
        return offers(on(new MasterMessage.Allocate())).getFirst();
    }

    private static double sum(Offer offer, String name, boolean isReserved) {
        return offer.getResourcesList().stream()
                .filter(each -> each.getName().equals(name) && each.getReservationsCount() > 0 == isReserved)
                .mapToDouble(each -> each.getScalar().getValue())
                .sum();
    }

    private List<Effect> finished(Operation operation) {
        var status =
                OperationStatus.newBuilder()
                        .setOperationId(operation.getInfo().getId())
                        .setState(OperationState.OPERATION_FINISHED)
                        .setAgentId(operation.getAgentId())
                        .setUuid(UUID.newBuilder().setValue(uuid()));
        return on(
                new MasterMessage.OperationUpdateArrived(
                        operation.getAgentId(), operation.toBuilder().setLatestStatus(status).build()));
    }

    private static ByteString uuid() {
        return Uuids.bytes(Uuids.random(RandomGeneratorFactory.of("L64X128MixRandom").create(9)));
    }

    @Test
    void whatIsReservedIsOfferedAsReservedFromThenOn() {
        Offer offer = offered("");
        List<Effect> effects = accept(offer, reserve("", reserved(allocated(resource("cpus", 1)))));
        assertThat(toAgent(effects)).hasSize(1).first().isInstanceOf(AgentMessage.ApplyOperation.class);
        assertThat(statuses(effects)).as("it has no id").isEmpty();
        Offer after = next();
        assertThat(sum(after, "cpus", true)).isEqualTo(1);
        assertThat(sum(after, "cpus", false)).isEqualTo(3);
        accept(after, unreserve("", reserved(allocated(resource("cpus", 1)))));
        assertThat(sum(next(), "cpus", false)).isEqualTo(4);
    }

    @Test
    void aTaskOfTheSameCallMayUseWhatWasReservedAndTheAgentHearsOfThatFirst() {
        Resource cpus = reserved(allocated(resource("cpus", 1)));
        Offer offer = offered("");
        Offer.Operation.Builder launch = Offer.Operation.newBuilder().setType(Offer.Operation.Type.LAUNCH);
        launch.getLaunchBuilder()
                .addTaskInfos(
                        TaskInfo.newBuilder()
                                .setName("t")
                                .setTaskId(TaskID.newBuilder().setValue("t"))
                                .setAgentId(offer.getAgentId())
                                .setCommand(CommandInfo.newBuilder().setValue("true"))
                                .addResources(cpus));
        assertThat(toAgent(accept(offer, reserve("op", cpus), launch.build())))
                .satisfiesExactly(
                        first -> assertThat(first).isInstanceOf(AgentMessage.ApplyOperation.class),
                        second -> assertThat(second).isInstanceOf(AgentMessage.RunTask.class));
    }

    @Test
    void howAnOperationEndedIsToldUntilItIsAcknowledgedAndThenUnknown() {
        Operation operation = applied(accept(offered(""), reserve("op", reserved(allocated(resource("cpus", 1))))));
        assertThat(states(reconcile("op"))).containsExactly(OperationState.OPERATION_PENDING);
        assertThat(states(finished(operation))).containsExactly(OperationState.OPERATION_FINISHED);
        assertThat(states(finished(operation))).as("repeated").containsExactly(OperationState.OPERATION_FINISHED);
        assertThat(states(reconcile("op"))).containsExactly(OperationState.OPERATION_FINISHED);
        assertThat(states(reconcile())).as("of all").containsExactly(OperationState.OPERATION_FINISHED);
        assertThat(toAgent(acknowledge(operation, ByteString.copyFrom(new byte[16])))).as("another uuid").isEmpty();
        assertThat(toAgent(acknowledge(operation, uuid())))
                .containsExactly(new AgentMessage.AcknowledgeOperation(operation.getUuid().getValue(), uuid()));
        assertThat(states(reconcile("op"))).containsExactly(OperationState.OPERATION_UNKNOWN);
        assertThat(reconcile()).noneMatch(each -> each instanceof Effect.Send(_, Reply.Emitted _));
    }

    private static List<OperationState> states(List<Effect> effects) {
        return statuses(effects).stream().map(OperationStatus::getState).toList();
    }

    private List<Effect> reconcile(String... ids) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.RECONCILE_OPERATIONS);
        call.getReconcileOperationsBuilder();
        for (String id : ids) {
            call.getReconcileOperationsBuilder()
                    .addOperationsBuilder()
                    .setOperationId(OperationID.newBuilder().setValue(id))
                    .getAgentIdBuilder()
                    .setValue("m-S0");
        }
        return call(call);
    }

    private List<Effect> acknowledge(Operation operation, ByteString uuid) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
        call.getAcknowledgeOperationStatusBuilder()
                .setAgentId(operation.getAgentId())
                .setOperationId(operation.getInfo().getId())
                .setUuid(uuid);
        return call(call);
    }

    @Test
    void anOperationThatCannotBeIsRefusedWithTheReasonAndChangesNothing() {
        Offer offer = offered("me");
        List<OperationStatus> told =
                statuses(
                        accept(
                                offer,
                                reserve("none", reserved(allocated(resource("cpus", 1)))),
                                unreserve("plain", allocated(resource("cpus", 1))),
                                create("id", volume("../up", 10)),
                                destroy("no", volume("v", 10))));
        assertThat(told).allMatch(each -> each.getState() == OperationState.OPERATION_ERROR && !each.hasUuid());
        assertThat(told)
                .extracting(OperationStatus::getMessage)
                .satisfiesExactly(
                        none ->
                                assertThat(none)
                                        .startsWith("A reserve operation was attempted by principal 'me'")
                                        .endsWith("; on agent m-S0 at slave(1)@127.0.0.1:5051 (here)"),
                        plain -> assertThat(plain).contains("is not dynamically reserved"),
                        id -> assertThat(id).contains("Not a persistent volume: '../up' contains invalid characters"),
                        no -> assertThat(no).contains("Persistent volumes not found"));
        assertThat(sum(next(), "cpus", false)).isEqualTo(4);
    }

    private static Offer.Operation grow(String id, Resource volume, Resource addition) {
        Offer.Operation.Builder operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.GROW_VOLUME);
        operation.getGrowVolumeBuilder().setVolume(volume).setAddition(addition);
        return withId(operation, id);
    }

    private static Offer.Operation shrink(String id, Resource volume, double less) {
        Offer.Operation.Builder operation = Offer.Operation.newBuilder().setType(Offer.Operation.Type.SHRINK_VOLUME);
        operation.getShrinkVolumeBuilder().setVolume(volume).getSubtractBuilder().setValue(less);
        return withId(operation, id);
    }

    private static Resource disk(double mb) {
        return reserved(allocated(resource("disk", mb)));
    }

    @Test
    void aVolumeIsOfferedInItsNewSizeWithTheNextOfferAndNotBefore() {
        Offer offer = offered("");
        List<Effect> effects =
                accept(
                        offer,
                        reserve("r", disk(100)),
                        create("c", volume("v", 40)),
                        grow("g", volume("v", 40), disk(30)),
                        destroy("too-soon", volume("v", 70)));
        assertThat(toAgent(effects)).hasSize(3);
        assertThat(statuses(effects))
                .singleElement()
                .satisfies(refused -> assertThat(refused.getOperationId().getValue()).isEqualTo("too-soon"));
        Offer grown = next();
        assertThat(grown.getResourcesList()).contains(volume("v", 70), disk(30));
        assertThat(statuses(accept(grown, shrink("s", volume("v", 70), 60)))).isEmpty();
        assertThat(next().getResourcesList()).contains(volume("v", 10), disk(90));
    }

    @Test
    void aVolumeThatCannotBeResizedIsSaidNotToBe() {
        Resource other = disk(10).toBuilder().setReservations(0, ReservationInfo.newBuilder().setRole("x")).build();
        List<OperationStatus> told =
                statuses(
                        accept(
                                offered(""),
                                reserve("r", disk(50)),
                                create("c", volume("v", 40)),
                                grow("none", volume("v", 40), disk(0)),
                                grow("plain", disk(40), disk(10)),
                                grow("other", volume("v", 40), other),
                                grow("more", volume("v", 40), disk(11)),
                                shrink("all", volume("v", 40), 40),
                                shrink("nothing", volume("v", 40), 0)));
        assertThat(told)
                .extracting(OperationStatus::getMessage)
                .satisfiesExactly(
                        none -> assertThat(none).startsWith("The size of 'GrowVolume.addition' field must be greater"),
                        plain -> assertThat(plain).startsWith("Invalid persistent volume in the 'GrowVolume.volume'"),
                        different -> assertThat(different).startsWith("Incompatible resources in the"),
                        more ->
                                assertThat(more)
                                        .startsWith("Invalid GROW_VOLUME operation: ")
                                        .contains(" does not contain "),
                        all -> assertThat(all).startsWith("Value of 'ShrinkVolume.subtract' must be smaller than"),
                        zero -> assertThat(zero).startsWith("Value of 'ShrinkVolume.subtract' must be greater"));
    }

    @Test
    void whatIsNotInTheOfferIsNotReserved() {
        List<OperationStatus> told =
                statuses(accept(offered(""), reserve("op", reserved(allocated(resource("cpus", 99))))));
        assertThat(told)
                .singleElement()
                .satisfies(status ->
                        assertThat(status.getMessage()).endsWith(" does not contain cpus(allocated: dev):99"));
    }

    @Test
    void operationsOnAnOfferThatIsGoneAreRefused() {
        Offer offer = offered("");
        on(new MasterMessage.RescindAll());
        assertThat(statuses(accept(offer, reserve("op", reserved(allocated(resource("cpus", 1)))))))
                .singleElement()
                .satisfies(status -> assertThat(status.getMessage()).contains("is no longer valid"));
    }

    @Test
    void aVolumeIsMadeOfAReservedDiskAndBecomesThatAgain() {
        Resource disk = reserved(allocated(resource("disk", 100)));
        List<Effect> made = accept(offered(""), reserve("", disk), create("c", volume("v", 100)));
        assertThat(statuses(made)).isEmpty();
        Offer with = next();
        assertThat(with.getResourcesList()).anyMatch(each -> each.getDisk().getPersistence().getId().equals("v"));
        assertThat(statuses(accept(with, create("again", volume("v", 100)))))
                .singleElement()
                .satisfies(status -> assertThat(status.getMessage()).startsWith("Persistence ID 'v' is not unique"));
        accept(next(), destroy("d", volume("v", 100)));
        Offer without = next();
        assertThat(without.getResourcesList()).noneMatch(Resource::hasDisk);
        assertThat(sum(without, "disk", true)).isEqualTo(100);
    }

    @Test
    void anAgentThatReturnsWithoutAnOperationIsToldToDropIt() {
        Operation operation = applied(accept(offered(""), reserve("op", reserved(allocated(resource("cpus", 1))))));
        List<Effect> effects =
                on(MasterFixture.register(MasterFixture.agentInfo().setId(AgentID.newBuilder().setValue("m-S0"))));
        assertThat(toAgent(effects)).contains(new AgentMessage.DropOperation(operation));
        assertThat(offers(effects)).anyMatch(offer -> sum(offer, "cpus", false) == 4);
    }

    @Test
    void anOperationOnAnAgentThatIsGivenUpEndsWithIt() {
        Operation operation = applied(accept(offered(""), reserve("op", reserved(allocated(resource("cpus", 1))))));
        List<OperationStatus> told = List.of();
        for (int i = 0; i <= MasterConfig.defaults().mostMissedPings(); i++) {
            told = statuses(on(new MasterMessage.PingAgent(operation.getAgentId())));
        }
        assertThat(told)
                .singleElement()
                .satisfies(status -> {
                    assertThat(status.getState()).isEqualTo(OperationState.OPERATION_UNREACHABLE);
                    assertThat(status.hasUuid()).isFalse();
                });
        assertThat(states(reconcile("op"))).containsExactly(OperationState.OPERATION_UNREACHABLE);
    }

    @Test
    void anOperatorReservesWhatIsOfferedButNotWhatIsUsed() {
        Offer offer = offered("");
        List<Effect> effects = operator(reserved(resource("cpus", 2)));
        assertThat(events(effects)).anyMatch(event -> event.getRescind().getOfferId().equals(offer.getId()));
        assertThat(effects).anyMatch(each -> each instanceof Effect.Send(_, Reply.Accepted _));
        assertThat(sum(next(), "cpus", true)).isEqualTo(2);
        assertThat(operator(reserved(resource("cpus", 3))))
                .anyMatch(each -> each instanceof Effect.Send(_, Reply.Refused(int status, _)) && status == 409);
        assertThat(operator(resource("cpus", 1)))
                .anyMatch(each -> each instanceof Effect.Send(_, Reply.Refused(int status, _)) && status == 400);
    }

    private List<Effect> operator(Resource resource) {
        var call = org.apache.mesos.v1.master.Protos.Call.newBuilder();
        call.setType(org.apache.mesos.v1.master.Protos.Call.Type.RESERVE_RESOURCES)
                .getReserveResourcesBuilder()
                .addResources(resource)
                .getAgentIdBuilder()
                .setValue("m-S0");
        return on(new MasterMessage.OperatorCall(new Address("peer", "o"), call.build()));
    }
}
