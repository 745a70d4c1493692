package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.FRAMEWORK_ID;
import static dev.capstan.mesos.scheduler.FrameworkFixture.NONE;
import static dev.capstan.mesos.scheduler.FrameworkFixture.scalar;
import static dev.capstan.mesos.scheduler.FrameworkFixture.subscribedEvent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.UUID;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/** Changes of resources that a framework asks for. */
class OfferOperationsTest {
    private static final Labels LABELS =
            Labels.newBuilder().addLabels(Label.newBuilder().setKey("app").setValue("x")).build();

    private final FrameworkFixture fixture = FrameworkFixture.subscribed();

    private FrameworkFixture.Outcome operate(String id, ResourceChange change) {
        return fixture.tell(new FrameworkMessage.Operate(new OperationRequest(id, "dev", change)));
    }

    private static ResourceChange reserve(long cpus) {
        return new ResourceChange.Reserve(Needs.of(cpus * 1_000, 0), NONE, "", LABELS);
    }

    private static Resource reserved(Resource resource) {
        return resource.toBuilder()
                .addReservations(
                        ReservationInfo.newBuilder()
                                .setType(ReservationInfo.Type.DYNAMIC)
                                .setRole("dev")
                                .setLabels(LABELS))
                .build();
    }

    private static Resource volume(double megabytes) {
        return reserved(scalar("dev", "disk", megabytes)).toBuilder()
                .setDisk(
                        DiskInfo.newBuilder()
                                .setPersistence(DiskInfo.Persistence.newBuilder().setId("v1"))
                                .setVolume(Volume.newBuilder().setContainerPath("data").setMode(Volume.Mode.RW)))
                .build();
    }

    private FrameworkFixture.Outcome offer(Resource... resources) {
        return fixture.offer(fixture.offerTo("dev", "agent-1", resources));
    }

    private static Offer.Operation operation(FrameworkFixture.Outcome outcome) {
        var operations = outcome.call(Call.Type.ACCEPT).getAccept().getOperationsList();
        assertThat(operations).hasSize(1);
        return operations.getFirst();
    }

    private static OperationStatus.Builder status(String id, OperationState state) {
        return OperationStatus.newBuilder()
                .setOperationId(OperationID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                .setState(state);
    }

    private static OperationStatus.Builder withUuid(OperationStatus.Builder status) {
        return status.setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("0123456789abcdef")));
    }

    private FrameworkFixture.Outcome hear(long connection, OperationStatus.Builder status) {
        return fixture.hear(
                connection,
                Event.newBuilder()
                        .setType(Event.Type.UPDATE_OPERATION_STATUS)
                        .setUpdateOperationStatus(
                                Event.UpdateOperationStatus.newBuilder()
                                        .setStatus(status.buildPartial())
                                        .buildPartial())
                        .buildPartial());
    }

    private FrameworkFixture.Outcome asked(String id) {
        operate(id, reserve(1));
        return offer(scalar("dev", "cpus", 4));
    }

    // what is asked for

    @Test
    void whatIsReservedIsTakenOfWhatNobodyHasReserved() {
        var asked = operate("op-1", reserve(2));
        assertThat(asked.callTypes()).containsExactly(Call.Type.REVIVE);
        assertThat(offer(reserved(scalar("dev", "cpus", 8))).callTypes()).doesNotContain(Call.Type.ACCEPT);

        var outcome = offer(reserved(scalar("dev", "cpus", 8)), scalar("dev", "cpus", 4));

        Offer.Operation operation = operation(outcome);
        assertThat(operation.getType()).isEqualTo(Offer.Operation.Type.RESERVE);
        assertThat(operation.getId().getValue()).isEqualTo("op-1");
        assertThat(operation.getReserve().getResourcesList()).containsExactly(reserved(scalar("dev", "cpus", 2)));
        var placed = outcome.event(FrameworkEvent.OperationPlaced.class);
        assertThat(placed.placement().agentId()).isEqualTo("agent-1");
        assertThat(placed.placement().resources().toProtos()).isEqualTo(operation.getReserve().getResourcesList());
    }

    @Test
    void aReservationGoesToAnAgentThatItsConstraintsAllow() {
        operate(
                "op-1",
                new ResourceChange.Reserve(
                        Needs.of(1_000, 0), Constraints.parse("hostname = agent-2.test"), "p", LABELS));
        assertThat(offer(scalar("dev", "cpus", 4)).callTypes()).doesNotContain(Call.Type.ACCEPT);
        var outcome = fixture.offer(fixture.offerTo("dev", "agent-2", scalar("dev", "cpus", 4)));
        assertThat(operation(outcome).getReserve().getResources(0).getReservations(0).getPrincipal()).isEqualTo("p");
    }

    @Test
    void whatIsGivenBackMustBeOfferedJustSoOnItsAgent() {
        Resource held = reserved(scalar("dev", "cpus", 2));
        Resource asKnown = held.toBuilder().clearAllocationInfo().build();
        operate("op-1", new ResourceChange.Unreserve("agent-1", ResourceBag.of(List.of(asKnown))));
        assertThat(offer(scalar("dev", "cpus", 2)).callTypes()).doesNotContain(Call.Type.ACCEPT);
        assertThat(fixture.offer(fixture.offerTo("dev", "agent-2", held)).callTypes()).doesNotContain(Call.Type.ACCEPT);
        Offer.Operation operation = operation(offer(held));
        assertThat(operation.getType()).isEqualTo(Offer.Operation.Type.UNRESERVE);
        assertThat(operation.getUnreserve().getResourcesList()).containsExactly(held);
    }

    @Test
    void aVolumeIsMadeOfReservedDisk() {
        operate("op-1", new ResourceChange.CreateVolumes("agent-1", ResourceBag.of(List.of(volume(512)))));
        assertThat(offer(scalar("dev", "disk", 1_000)).callTypes()).doesNotContain(Call.Type.ACCEPT);
        Offer.Operation operation = operation(offer(reserved(scalar("dev", "disk", 1_000))));
        assertThat(operation.getType()).isEqualTo(Offer.Operation.Type.CREATE);
        assertThat(operation.getCreate().getVolumesList()).containsExactly(volume(512));
    }

    @Test
    void aVolumeThatWasMadeIsUsedByATaskThatNamesIt() {
        Needs needs = Needs.of(1_000, 100_000).withVolume("v1");
        fixture.tell(
                new FrameworkMessage.Launch(
                        new TaskRequest("task-1", "dev", needs, NONE, "group", TaskInfo.getDefaultInstance())));
        assertThat(offer(scalar("dev", "cpus", 1), scalar("dev", "mem", 100)).callTypes())
                .doesNotContain(Call.Type.ACCEPT);
        Offer.Operation operation = operation(offer(scalar("dev", "cpus", 1), scalar("dev", "mem", 100), volume(512)));
        assertThat(operation.getLaunch().getTaskInfos(0).getResourcesList()).contains(volume(512)).hasSize(3);
    }

    @Test
    void aVolumeIsDestroyedWhereItIsOffered() {
        operate("op-1", new ResourceChange.DestroyVolumes("agent-1", ResourceBag.of(List.of(volume(512)))));
        assertThat(offer(volume(256)).callTypes()).doesNotContain(Call.Type.ACCEPT);
        Offer.Operation operation = operation(offer(volume(512)));
        assertThat(operation.getType()).isEqualTo(Offer.Operation.Type.DESTROY);
        assertThat(operation.getDestroy().getVolumesList()).containsExactly(volume(512));
    }

    @Test
    void aVolumeGrowsByDiskThatIsReservedAlikeAndShrinksByANumber() {
        Resource more = reserved(scalar("dev", "disk", 100));
        operate(
                "op-1",
                new ResourceChange.GrowVolume(
                        "agent-1", ResourceBag.of(List.of(volume(512))), ResourceBag.of(List.of(more))));
        assertThat(offer(volume(512)).callTypes()).doesNotContain(Call.Type.ACCEPT);
        Offer.Operation grow = operation(offer(volume(512), reserved(scalar("dev", "disk", 300))));
        assertThat(grow.getType()).isEqualTo(Offer.Operation.Type.GROW_VOLUME);
        assertThat(grow.getGrowVolume().getVolume()).isEqualTo(volume(512));
        assertThat(grow.getGrowVolume().getAddition()).isEqualTo(more);

        operate("op-2", new ResourceChange.ShrinkVolume("agent-1", ResourceBag.of(List.of(volume(612))), 100_500));
        Offer.Operation shrink = operation(offer(volume(612)));
        assertThat(shrink.getType()).isEqualTo(Offer.Operation.Type.SHRINK_VOLUME);
        assertThat(shrink.getShrinkVolume().getSubtract().getValue()).isEqualTo(100.5);
    }

    @Test
    void theRestOfAnOfferServesWhatWaitsBehindAChange() {
        operate("op-1", reserve(1));
        fixture.launch("task-1", 1, 100);
        var outcome = offer(scalar("dev", "cpus", 2), scalar("dev", "mem", 100));
        assertThat(outcome.call(Call.Type.ACCEPT).getAccept().getOperationsList())
                .extracting(Offer.Operation::getType)
                .containsExactly(Offer.Operation.Type.RESERVE, Offer.Operation.Type.LAUNCH);
    }

    @Test
    void aTaskAndAnOperationMayHaveOneName() {
        operate("x", reserve(1));
        fixture.launch("x", 1, 100);
        fixture.tell(new FrameworkMessage.Withdraw("x"));
        var outcome = offer(scalar("dev", "cpus", 2), scalar("dev", "mem", 100));
        assertThat(operation(outcome).getType()).isEqualTo(Offer.Operation.Type.LAUNCH);
    }

    @Test
    void oneThatHasNoOfferYetCanBeWithdrawnAndOneThatIsKnownIsNotAskedForAgain() {
        operate("op-1", reserve(1));
        assertThat(operate("op-1", reserve(1)).effects()).isEmpty();
        assertThat(fixture.tell(new FrameworkMessage.Withdraw("op-1")).callTypes()).containsExactly(Call.Type.SUPPRESS);
        asked("op-2");
        assertThat(operate("op-2", reserve(1)).effects()).isEmpty();
        assertThat(fixture.tell(new FrameworkMessage.Withdraw("op-2")).callTypes()).isEmpty();
        assertThat(fixture.framework.view().operations()).containsExactly("op-2");
    }

    @Test
    void aFrameworkWithoutRefinedReservationsCannotAsk() {
        FrameworkInfo plain = FrameworkInfo.newBuilder().setUser("u").setName("n").addRoles("dev").build();
        var other = FrameworkFixture.subscribed(plain);
        var request = new FrameworkMessage.Operate(new OperationRequest("op-1", "dev", reserve(1)));
        var refused = other.tell(request).event(FrameworkEvent.RequestRefused.class);
        assertThat(refused.request()).isEqualTo(request.request());
        assertThat(refused.reason()).contains("RESERVATION_REFINEMENT");
        assertThat(other.tell(new FrameworkMessage.Explain()).told()).as("what it still says").hasSize(1);
    }

    // what becomes of it

    @Test
    void theIntentIsWrittenBeforeTheMasterIsTold() {
        var outcome = asked("op-1");
        assertThat(fixture.written).contains(new FrameworkEntry.OperationIntended("op-1", "agent-1"));
        int written = outcome.indexOf(effect -> effect instanceof Effect.Persist(FrameworkEntry.OperationIntended _));
        int told = outcome.indexOf(OfferOperationsTest::isAccept);
        assertThat(written).isNotNegative().isLessThan(told);
    }

    private static boolean isAccept(Effect effect) {
        return effect instanceof Effect.Perform(MasterOperation.Say(_, var call)) && call.getType() == Call.Type.ACCEPT;
    }

    private static boolean isAcknowledgement(Effect effect) {
        return effect instanceof Effect.Perform(MasterOperation.Say(_, var call))
                && call.getType() == Call.Type.ACKNOWLEDGE_OPERATION_STATUS;
    }

    @Test
    void anEndIsAcknowledgedAfterItIsWrittenAndToldOnce() {
        asked("op-1");
        var outcome = hear(1, withUuid(status("op-1", OperationState.OPERATION_FINISHED)));
        int written = outcome.indexOf(effect -> effect instanceof Effect.Persist(FrameworkEntry.OperationEnded _));
        assertThat(written).isNotNegative().isLessThan(outcome.indexOf(OfferOperationsTest::isAcknowledgement));
        Call.AcknowledgeOperationStatus acknowledged =
                outcome.call(Call.Type.ACKNOWLEDGE_OPERATION_STATUS).getAcknowledgeOperationStatus();
        assertThat(acknowledged.getOperationId().getValue()).isEqualTo("op-1");
        assertThat(acknowledged.getAgentId().getValue()).isEqualTo("agent-1");
        assertThat(acknowledged.getUuid().toStringUtf8()).isEqualTo("0123456789abcdef");
        assertThat(outcome.event(FrameworkEvent.OperationEnded.class).end().isDone()).isTrue();

        var again = hear(1, withUuid(status("op-1", OperationState.OPERATION_FINISHED)));
        assertThat(again.callTypes()).containsExactly(Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
        assertThat(again.told()).isEmpty();
        assertThat(fixture.framework.view().operations()).isEmpty();
    }

    @Test
    void aStatusThatTheMasterMadeIsNotAcknowledged() {
        asked("op-1");
        assertThat(hear(1, status("op-1", OperationState.OPERATION_PENDING)).callTypes()).isEmpty();
        assertThat(hear(1, status("op-1", OperationState.OPERATION_FINISHED)).callTypes()).isEmpty();
    }

    @Test
    void anErrorIsToldInTheMastersWords() {
        asked("op-1");
        var outcome = hear(1, status("op-1", OperationState.OPERATION_ERROR).setMessage("does not contain cpus:99"));
        var end = outcome.event(FrameworkEvent.OperationEnded.class).end();
        assertThat(end.isDone()).isFalse();
        assertThat(end.detail()).isEqualTo("ERROR: does not contain cpus:99");
    }

    @ParameterizedTest
    @EnumSource(OperationState.class)
    void eachStateEndsAnOperationOrLeavesIt(OperationState state) {
        asked("op-1");
        var outcome = hear(1, withUuid(status("op-1", state)));
        boolean ends =
                switch (state) {
                    case OPERATION_FINISHED,
                            OPERATION_FAILED,
                            OPERATION_ERROR,
                            OPERATION_DROPPED,
                            OPERATION_GONE_BY_OPERATOR,
                            OPERATION_UNKNOWN ->
                            true;
                    case OPERATION_UNSUPPORTED, OPERATION_PENDING, OPERATION_UNREACHABLE, OPERATION_RECOVERING -> false;
                };
        assertThat(outcome.told(FrameworkEvent.OperationEnded.class)).hasSize(ends ? 1 : 0);
        assertThat(outcome.told(FrameworkEvent.OperationChanged.class)).hasSize(ends ? 0 : 1);
        assertThat(fixture.framework.view().operations()).hasSize(ends ? 0 : 1);
        assertThat(outcome.callTypes()).contains(Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
    }

    @Test
    void aStateThatIsNewerThanWeAreIsAcknowledgedAndEndsNothing() {
        asked("op-1");
        var outcome = hear(1, withUuid(status("op-1", OperationState.OPERATION_FINISHED)).clearState());
        assertThat(outcome.callTypes()).containsExactly(Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
        assertThat(fixture.framework.view().operations()).containsExactly("op-1");
    }

    @Test
    void anOperationOfAnotherLifeIsAcknowledgedAndNoMore() {
        var outcome = hear(1, withUuid(status("stranger", OperationState.OPERATION_FINISHED)));
        assertThat(outcome.callTypes()).containsExactly(Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
        assertThat(outcome.told()).isEmpty();
    }

    @Test
    void aCallThatTheMasterRefusesEndsTheChangesInIt() {
        Call accept = asked("op-1").call(Call.Type.ACCEPT);
        var refused = fixture.tell(new FrameworkMessage.CallRefused(1, accept, "malformed"));
        var end = refused.event(FrameworkEvent.OperationEnded.class).end();
        assertThat(end.state()).isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(end.detail()).contains("malformed");
    }

    // asking about it

    @Test
    void everyNewConnectionAsksAboutAllThatAreNotOver() {
        asked("op-1");
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        fixture.tell(new FrameworkMessage.Reconnect());
        var subscribed = fixture.hear(2, subscribedEvent());
        assertThat(subscribed.call(Call.Type.RECONCILE_OPERATIONS).getReconcileOperations().getOperationsList())
                .singleElement()
                .satisfies(operation -> {
                    assertThat(operation.getOperationId().getValue()).isEqualTo("op-1");
                    assertThat(operation.getAgentId().getValue()).isEqualTo("agent-1");
                });
        var unknown = hear(2, status("op-1", OperationState.OPERATION_UNKNOWN).setMessage("Operation is unknown"));
        assertThat(unknown.event(FrameworkEvent.OperationEnded.class).end().detail()).contains("unknown");
    }

    @Test
    void oneThatIsUnheardOfIsAskedForAgainAndAgainButNotAMomentAfterItWasSent() {
        Duration patience = fixture.timing.tasks().launchPatience();
        assertThat(asked("op-1").armed("ask-about-operations")).isEqualTo(patience);
        fixture.pass(patience.dividedBy(2));
        asked("op-2");
        for (int i = 0; i < 3; i++) {
            fixture.pass(patience.dividedBy(2));
            var due = fixture.tell(new FrameworkMessage.AskAboutOperations());
            assertThat(due.call(Call.Type.RECONCILE_OPERATIONS).getReconcileOperations().getOperationsCount())
                    .isEqualTo(i == 0 ? 1 : 2);
            assertThat(due.armed("ask-about-operations")).isEqualTo(patience);
        }
        hear(1, status("op-1", OperationState.OPERATION_FINISHED));
        hear(1, status("op-2", OperationState.OPERATION_DROPPED));
        assertThat(fixture.tell(new FrameworkMessage.AskAboutOperations()).effects()).isEmpty();
    }

    @Test
    void oneThatGoesOnIsAskedForWhenNothingMoreIsHeard() {
        Duration patience = fixture.timing.tasks().launchPatience();
        asked("op-1");
        fixture.pass(patience);
        hear(1, status("op-1", OperationState.OPERATION_PENDING));
        assertThat(fixture.tell(new FrameworkMessage.AskAboutOperations()).callTypes()).isEmpty();
        fixture.pass(patience);
        assertThat(fixture.tell(new FrameworkMessage.AskAboutOperations()).callTypes())
                .containsExactly(Call.Type.RECONCILE_OPERATIONS);
    }

    @Test
    void whatWasAskedForOutlivesTheProcess() {
        asked("op-1");
        asked("op-2");
        hear(1, status("op-2", OperationState.OPERATION_FINISHED));
        var next = new FrameworkFixture(fixture.written.toArray(FrameworkEntry[]::new));
        assertThat(next.framework.view().operations()).containsExactly("op-1");
        next.tell(new FrameworkMessage.Start());
        assertThat(next.hear(subscribedEvent()).callTypes()).contains(Call.Type.RECONCILE_OPERATIONS);
    }

    @Test
    void nobodyIsAskedWhileThereAreNone() {
        assertThat(fixture.tell(new FrameworkMessage.AskAboutOperations()).effects()).isEmpty();
        assertThat(new FrameworkFixture(new FrameworkEntry.Identified(FRAMEWORK_ID)).framework.view().operations())
                .isEmpty();
    }

    @Test
    void whatIsReservedMayBeAnyAmountOfAnything() {
        var scalars = new TreeMap<String, Long>();
        scalars.put("disk", 100_000L);
        operate("op-1", new ResourceChange.Reserve(new Needs(scalars), NONE, "", Labels.getDefaultInstance()));
        Offer.Operation operation = operation(offer(scalar("dev", "disk", 1_000)));
        Resource disk = operation.getReserve().getResources(0);
        assertThat(disk.getScalar().getValue()).isEqualTo(100);
        assertThat(disk.getReservations(0).hasLabels()).isFalse();
    }
}
