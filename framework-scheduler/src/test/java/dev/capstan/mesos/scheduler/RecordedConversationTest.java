package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.NONE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a real master has said is said to a framework, and its answers are held against those that were recorded. */
class RecordedConversationTest {
    private static final Labels LABELS =
            Labels.newBuilder().addLabels(Label.newBuilder().setKey("app").setValue("x")).build();

    // reservations

    private final Recorded reservations = Recorded.read("reservations");
    private final List<Event> offers = reservations.heard(Event.Type.OFFERS);
    private final List<Event> statuses = reservations.heard(Event.Type.UPDATE_OPERATION_STATUS);
    private final List<Call> accepts = reservations.said(Call.Type.ACCEPT);

    private static FrameworkMessage operate(String id, ResourceChange change) {
        return new FrameworkMessage.Operate(new OperationRequest(id, "dev", change));
    }

    private static FrameworkMessage reserve(String id, long milliCpus) {
        return operate(id, new ResourceChange.Reserve(Needs.of(milliCpus, 0), NONE, "", LABELS));
    }

    private static Offer.Operation operation(FrameworkFixture.Outcome outcome) {
        return outcome.call(Call.Type.ACCEPT).getAccept().getOperations(0);
    }

    @Test
    void aReservationIsMadeAndItsEndAcknowledgedInTheWordsThatTheMasterTook() {
        FrameworkFixture fixture = reservations.subscribed();
        fixture.tell(reserve("op-1", 250));
        var accepted = fixture.hear(offers.getFirst());
        assertThat(operation(accepted)).isEqualTo(accepts.getFirst().getAccept().getOperations(0));
        assertThat(accepted.call(Call.Type.ACCEPT).getAccept().getOfferIdsList())
                .isEqualTo(accepts.getFirst().getAccept().getOfferIdsList());

        var finished = fixture.hear(statuses.getFirst());

        assertThat(finished.event(FrameworkEvent.OperationEnded.class).end().isDone()).isTrue();
        assertThat(finished.calls()).isEqualTo(reservations.said(Call.Type.ACKNOWLEDGE_OPERATION_STATUS));
    }

    @Test
    void aReservationIsGivenBackInTheWordsThatTheMasterTook() {
        FrameworkFixture fixture = reservations.subscribed();
        Offer.Operation recorded = accepts.get(1).getAccept().getOperations(0);
        ResourceBag held = ResourceBag.of(recorded.getUnreserve().getResourcesList());
        String agent = offers.get(1).getOffers().getOffers(0).getAgentId().getValue();
        fixture.tell(operate("op-3", new ResourceChange.Unreserve(agent, held)));
        assertThat(fixture.hear(offers.getFirst()).callTypes())
                .as("nothing is reserved by it yet")
                .doesNotContain(Call.Type.ACCEPT);
        Offer.Operation ours = operation(fixture.hear(offers.get(1)));
        assertThat(ours.getId().getValue()).isEqualTo("op-3");
        assertThat(ours.toBuilder().clearId().build()).isEqualTo(recorded);
    }

    @Test
    void anErrorOfTheMasterIsToldInItsWordsAndNotAcknowledged() {
        FrameworkFixture fixture = reservations.subscribed();
        fixture.tell(reserve("op-2", 1_000));
        fixture.hear(offers.get(2));
        var error = fixture.hear(statuses.get(3));
        var end = error.event(FrameworkEvent.OperationEnded.class).end();
        assertThat(end.state()).isEqualTo(OperationState.OPERATION_ERROR);
        assertThat(end.detail()).contains("does not contain cpus(allocated: dev):99");
        assertThat(error.callTypes()).doesNotContain(Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
    }

    @Test
    void aMasterThatKnowsAnOperationNoMoreEndsIt() {
        FrameworkFixture fixture = reservations.subscribed();
        fixture.tell(reserve("op-1", 250));
        fixture.hear(offers.getFirst());
        fixture.pass(fixture.timing.tasks().launchPatience());
        Call ours = fixture.tell(new FrameworkMessage.AskAboutOperations()).call(Call.Type.RECONCILE_OPERATIONS);
        assertThat(ours.getReconcileOperations().getOperationsList())
                .containsExactly(
                        reservations
                                .said(Call.Type.RECONCILE_OPERATIONS)
                                .getFirst()
                                .getReconcileOperations()
                                .getOperations(0));
        var unknown = fixture.hear(statuses.get(1));
        assertThat(unknown.event(FrameworkEvent.OperationEnded.class).end().detail())
                .isEqualTo("UNKNOWN: Reconciliation: Operation is unknown");
        assertThat(fixture.hear(statuses.get(2)).told()).as("nobody has asked for this one").isEmpty();
    }

    // descriptions

    /**
     * What is asked for in words that we never use: another id, roles to be suppressed that are not ours, no role at
     * all.
     */
    private static boolean isOurs(Call.UpdateFramework update, String id) {
        FrameworkInfo info = update.getFrameworkInfo();
        return info.getId().getValue().equals(id)
                && info.getRolesCount() > 0
                && info.getRolesList().containsAll(update.getSuppressedRolesList());
    }

    @Test
    void descriptionsChangeAsTheMasterLetThem() {
        var recorded = Recorded.read("descriptions");
        FrameworkFixture fixture = recorded.subscribed();
        String id = fixture.framework.view().frameworkId();
        List<String> fates = new ArrayList<>();
        for (int i = 0; i < recorded.lines().size(); i++) {
            switch (recorded.lines().get(i)) {
                case Recorded.Line.Heard(var event) -> fixture.hear(event);
                case Recorded.Line.Said(var call)
                        when call.getType() == Call.Type.UPDATE_FRAMEWORK && isOurs(call.getUpdateFramework(), id) -> {
                    String reason =
                            i + 1 < recorded.lines().size()
                                            && recorded.lines().get(i + 1) instanceof Recorded.Line.Refused(var words)
                                    ? words
                                    : "";
                    fates.add(change(fixture, call.getUpdateFramework().getFrameworkInfo(), reason));
                }
                case Recorded.Line.Said _, Recorded.Line.Refused _ -> {} // looked at with the call before it
            }
        }
        assertThat(fates)
                .containsExactly(
                        "taken",
                        "taken",
                        "taken",
                        "taken",
                        "refused here",
                        "refused here",
                        "refused here",
                        "taken",
                        "refused",
                        "taken",
                        "refused");
        assertThat(fixture.framework.view().offers()).isEmpty();
    }

    /** Where we do not ask, the master had refused. */
    private static String change(FrameworkFixture fixture, FrameworkInfo info, String refusal) {
        FrameworkInfo wanted = info.toBuilder().clearId().build();
        var description =
                new FrameworkDescription(
                        wanted, org.apache.mesos.v1.scheduler.Protos.OfferConstraints.getDefaultInstance());
        var asked = fixture.tell(new FrameworkMessage.Describe(description));
        if (asked.calls().isEmpty()) {
            assertThat(refusal).isNotEmpty();
            assertThat(asked.event(FrameworkEvent.DescriptionRefused.class).description()).isEqualTo(description);
            return "refused here";
        }
        Call ours = asked.call(Call.Type.UPDATE_FRAMEWORK);
        assertThat(ours.getUpdateFramework().getFrameworkInfo()).isEqualTo(info);
        if (refusal.isEmpty()) {
            var done = fixture.tell(new FrameworkMessage.CallDone(1, ours));
            assertThat(done.event(FrameworkEvent.Described.class).description()).isEqualTo(description);
            return "taken";
        }
        var refused = fixture.tell(new FrameworkMessage.CallRefused(1, ours, refusal));
        assertThat(refused.event(FrameworkEvent.DescriptionRefused.class).reason()).isEqualTo(refusal);
        return "refused";
    }

    @Test
    void constraintsAreReplacedInTheWordsThatTheMasterTook() {
        var recorded = Recorded.read("constraints");
        FrameworkFixture fixture = recorded.subscribed();
        fixture.launch("task-1", 1, 100, Constraints.parse("rack = r2")); // so that the role wants offers
        Call update = recorded.said(Call.Type.UPDATE_FRAMEWORK).getFirst();
        var description =
                new FrameworkDescription(recorded.framework(), update.getUpdateFramework().getOfferConstraints());
        var asked = fixture.tell(new FrameworkMessage.Describe(description));
        assertThat(asked.calls()).containsExactly(update);
        fixture.tell(new FrameworkMessage.CallDone(1, update));
        Event offered = recorded.heard(Event.Type.OFFERS).getFirst();
        assertThat(fixture.hear(offered).call(Call.Type.ACCEPT).getAccept().getOfferIdsList())
                .containsExactly(offered.getOffers().getOffers(0).getId());
    }

    // several frameworks

    @Test
    void ofAllThatIsOfferedBesidesOthersNothingIsLeftWithoutAnAnswer() {
        var recorded = Recorded.read("several-frameworks");
        FrameworkFixture fixture = recorded.subscribed();
        fixture.launch("a", "a0", 1_000, 1, NONE); // which never fits, so that offers are held
        for (String id : List.of("a1", "a2")) {
            fixture.launch("a", id, 2, 256, NONE);
        }
        Set<OfferID> open = new HashSet<>();
        for (Recorded.Line line : recorded.lines()) {
            if (!(line instanceof Recorded.Line.Heard(var event)) || event.getType() == Event.Type.SUBSCRIBED) {
                continue;
            }
            event.getOffers().getOffersList().forEach(offer -> open.add(offer.getId()));
            open.remove(event.getRescind().getOfferId());
            answer(fixture.hear(event), open);
            assertThat(fixture.framework.view().offers())
                    .containsExactlyInAnyOrderElementsOf(open.stream().map(OfferID::getValue).toList());
        }
        assertThat(fixture.framework.view().tasks()).containsExactly("a1", "a2");
        assertThat(fixture.written)
                .contains(
                        new FrameworkEntry.Changed("a1", TaskState.TASK_RUNNING),
                        new FrameworkEntry.Changed("a2", TaskState.TASK_RUNNING));
        fixture.pass(fixture.timing.offering().hold());
        answer(fixture.tell(new FrameworkMessage.SweepOffers()), open);
        assertThat(open).isEmpty();
    }

    private static void answer(FrameworkFixture.Outcome outcome, Set<OfferID> open) {
        for (Call call : outcome.calls()) {
            List<OfferID> answered = new ArrayList<>(call.getAccept().getOfferIdsList());
            answered.addAll(call.getDecline().getOfferIdsList());
            for (OfferID id : answered) {
                assertThat(open.remove(id)).as("%s is answered once", id).isTrue();
            }
        }
    }
}
