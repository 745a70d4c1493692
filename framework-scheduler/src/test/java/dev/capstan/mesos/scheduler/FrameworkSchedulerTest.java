package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.FRAMEWORK_ID;
import static dev.capstan.mesos.scheduler.FrameworkFixture.error;
import static dev.capstan.mesos.scheduler.FrameworkFixture.heartbeat;
import static dev.capstan.mesos.scheduler.FrameworkFixture.status;
import static dev.capstan.mesos.scheduler.FrameworkFixture.subscribedEvent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.UUID;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;

class FrameworkSchedulerTest {
    private static final String FAILED_OVER = "Framework failed over";
    private static final String REMOVED = "Framework has been removed";

    // the connection

    @Test
    void theFirstSubscriptionCarriesNoIdAndWantsNoOffers() {
        var outcome = new FrameworkFixture().tell(new FrameworkMessage.Start());
        var subscribe = ((MasterOperation.Connect) outcome.operations().getFirst()).subscribe();
        assertThat(subscribe.hasFrameworkId()).isFalse();
        assertThat(subscribe.getSubscribe().getFrameworkInfo().hasId()).isFalse();
        assertThat(subscribe.getSubscribe().getSuppressedRolesList()).containsExactly("dev");
    }

    @Test
    void theIdIsWrittenBeforeAnythingIsLaunched() {
        var fixture = new FrameworkFixture();
        fixture.tell(new FrameworkMessage.Start());
        fixture.launch("task-1", 1, 100);
        fixture.hear(subscribedEvent());
        assertThat(fixture.written).containsExactly(new FrameworkEntry.Identified(FRAMEWORK_ID));
    }

    @Test
    void aLaterRunComesBackUnderTheSameId() {
        var fixture = new FrameworkFixture(new FrameworkEntry.Identified(FRAMEWORK_ID));
        var outcome = fixture.tell(new FrameworkMessage.Start());
        var subscribe = ((MasterOperation.Connect) outcome.operations().getFirst()).subscribe();
        assertThat(subscribe.getFrameworkId().getValue()).isEqualTo(FRAMEWORK_ID);
        assertThat(subscribe.getSubscribe().getFrameworkInfo().getId().getValue()).isEqualTo(FRAMEWORK_ID);
    }

    @Test
    void aMasterThatIsSilentForFiveHeartbeatsIsLeft() {
        var fixture = FrameworkFixture.subscribed();
        for (int i = 0; i < 4; i++) {
            fixture.pass(Duration.ofSeconds(15));
            assertThat(fixture.tell(new FrameworkMessage.CheckHeartbeat(1)).operations()).isEmpty();
        }
        fixture.pass(Duration.ofSeconds(15));
        var outcome = fixture.tell(new FrameworkMessage.CheckHeartbeat(1));
        assertThat(outcome.operations()).containsExactly(new MasterOperation.HangUp(1));
        assertThat(outcome.told(FrameworkEvent.Disconnected.class)).hasSize(1);
        assertThat(outcome.armed("reconnect")).isLessThanOrEqualTo(fixture.timing.connecting().firstBackoff());
    }

    @Test
    void anyEventCountsAsAHeartbeat() {
        var fixture = FrameworkFixture.subscribed();
        fixture.pass(Duration.ofSeconds(70));
        fixture.hear(heartbeat());
        fixture.pass(Duration.ofSeconds(70));
        assertThat(fixture.tell(new FrameworkMessage.CheckHeartbeat(1)).operations()).isEmpty();
    }

    @Test
    void attemptsToConnectComeEverMoreRarelyButNeverStop() {
        var fixture = new FrameworkFixture();
        fixture.tell(new FrameworkMessage.Start());
        Duration longest = Duration.ZERO;
        for (int attempt = 1; attempt <= 100; attempt++) {
            var outcome = fixture.tell(new FrameworkMessage.ConnectionEnded(attempt, false, "nothing listens there"));
            Duration wait = outcome.armed("reconnect");
            assertThat(wait).isPositive().isLessThanOrEqualTo(fixture.timing.connecting().mostBackoff());
            longest = wait.compareTo(longest) > 0 ? wait : longest;
            assertThat(fixture.tell(new FrameworkMessage.Reconnect()).operations()).hasSize(1);
        }
        assertThat(longest).isGreaterThan(fixture.timing.connecting().mostBackoff().dividedBy(2));
    }

    @Test
    void whatIsHeardOnAnOlderConnectionIsIgnored() {
        var fixture = FrameworkFixture.subscribed();
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        fixture.tell(new FrameworkMessage.Reconnect());
        assertThat(fixture.hear(1, error(FAILED_OVER)).effects()).isEmpty();
        assertThat(fixture.hear(1, subscribedEvent()).effects()).isEmpty();
        assertThat(fixture.framework.view().subscribed()).isFalse();
        fixture.hear(2, subscribedEvent());
        assertThat(fixture.framework.view().subscribed()).isTrue();
    }

    @Test
    void anInstanceThatWasReplacedStopsAndDoesNotComeBack() {
        var fixture = FrameworkFixture.subscribed();
        var outcome = fixture.hear(error(FAILED_OVER));
        assertThat(outcome.told(FrameworkEvent.Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.reason()).contains("another instance", FRAMEWORK_ID));
        assertThat(fixture.tell(new FrameworkMessage.Reconnect()).effects()).isEmpty();
        assertThat(fixture.launch("task-1", 1, 1).effects()).isEmpty();
    }

    @Test
    void aFrameworkThatWasRemovedStopsAndSaysWhy() {
        var fixture = new FrameworkFixture(new FrameworkEntry.Identified(FRAMEWORK_ID));
        fixture.tell(new FrameworkMessage.Start());
        assertThat(fixture.hear(error(REMOVED)).told(FrameworkEvent.Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.reason()).contains("removed", "failover time-out"));
        assertThat(fixture.written).containsExactly(new FrameworkEntry.Identified(FRAMEWORK_ID));
    }

    @Test
    void aRefusalOfTheFrameworkItselfIsFinalButAnErrorLaterIsNot() {
        var refused = new FrameworkFixture();
        refused.tell(new FrameworkMessage.Start());
        assertThat(refused.hear(error("Role 'dev' is not present")).told(FrameworkEvent.Failed.class)).hasSize(1);

        var later = FrameworkFixture.subscribed();
        var outcome = later.hear(error("something else"));
        assertThat(outcome.told(FrameworkEvent.Failed.class)).isEmpty();
        assertThat(outcome.operations()).containsExactly(new MasterOperation.HangUp(1));
        assertThat(outcome.armed("reconnect")).isPositive();
    }

    @Test
    void nobodyAnsweringForAMinuteAtTheStartIsAnErrorThatNamesTheLastReason() {
        var fixture = new FrameworkFixture();
        assertThat(fixture.tell(new FrameworkMessage.Start()).armed("give-up")).isEqualTo(Duration.ofMinutes(1));
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "nothing listens there"));
        assertThat(fixture.tell(new FrameworkMessage.GiveUpConnecting()).told(FrameworkEvent.Failed.class))
                .singleElement()
                .satisfies(failed -> assertThat(failed.reason()).contains("60 s", "nothing listens there"));
    }

    @Test
    void unknownEventsAreSkipped() {
        var fixture = FrameworkFixture.subscribed();
        assertThat(fixture.hear(Event.getDefaultInstance()).effects()).isEmpty();
        assertThat(fixture.framework.view().subscribed()).isTrue();
    }

    // offers

    @Test
    void aTaskGoesToAnOfferThatHoldsWhatItNeeds() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 2, 1_000);
        var offer = fixture.offerOf("agent-1", 4, 4_000);
        var outcome = fixture.offer(offer);
        Call.Accept accept = outcome.call(Call.Type.ACCEPT).getAccept();
        assertThat(accept.getOfferIdsList()).containsExactly(offer.getId());
        TaskInfo task = accept.getOperations(0).getLaunch().getTaskInfos(0);
        assertThat(task.getTaskId().getValue()).isEqualTo("task-1");
        assertThat(task.getAgentId().getValue()).isEqualTo("agent-1");
        assertThat(task.getResourcesList())
                .allSatisfy(each -> assertThat(each.getAllocationInfo().getRole()).isEqualTo("dev"))
                .extracting(each -> each.getScalar().getValue())
                .containsExactlyInAnyOrder(2.0, 1_000.0);
        assertThat(outcome.told(FrameworkEvent.TaskPlaced.class)).hasSize(1);
    }

    @Test
    void theIntentIsWrittenBeforeTheMasterIsTold() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        var outcome = fixture.offer(fixture.offerOf("agent-1", 4, 4_000));
        int written = outcome.indexOf(effect -> effect instanceof Effect.Persist(FrameworkEntry.Intended _));
        int accepted =
                outcome.indexOf(effect ->
                        effect instanceof Effect.Perform(MasterOperation.Say(_, var call))
                                && call.getType() == Call.Type.ACCEPT);
        assertThat(written).isNotNegative().isLessThan(accepted);
    }

    @Test
    void offersOfOneAgentAreUsedTogether() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 6, 1_000);
        var first = fixture.offerOf("agent-1", 4, 500);
        var second = fixture.offerOf("agent-1", 4, 500);
        assertThat(fixture.offer(first).callTypes()).isEmpty();
        Call.Accept accept = fixture.offer(second).call(Call.Type.ACCEPT).getAccept();
        assertThat(accept.getOfferIdsList()).containsExactly(first.getId(), second.getId());
    }

    @Test
    void offersOfDifferentAgentsAreNot() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 6, 1_000);
        var outcome = fixture.offer(fixture.offerOf("agent-1", 4, 4_000), fixture.offerOf("agent-2", 4, 4_000));
        assertThat(outcome.callTypes()).isEmpty();
    }

    @Test
    void anOfferThatFitsNothingIsGivenBackAfterAMoment() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 6, 1_000);
        var offer = fixture.offerOf("agent-1", 1, 100);
        assertThat(fixture.offer(offer).armed("sweep-offers")).isEqualTo(fixture.timing.offering().hold());
        fixture.pass(fixture.timing.offering().hold());
        Call.Decline decline = fixture.tell(new FrameworkMessage.SweepOffers()).call(Call.Type.DECLINE).getDecline();
        assertThat(decline.getOfferIdsList()).containsExactly(offer.getId());
        assertThat(decline.getFilters().getRefuseSeconds()).isEqualTo(5);
        assertThat(fixture.framework.view().offers()).isEmpty();
    }

    @Test
    void offersAreDeclinedAndNoMoreAreAskedForWhenNothingWaits() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        var outcome = fixture.offer(fixture.offerOf("agent-1", 1, 100), fixture.offerOf("agent-2", 1, 100));
        assertThat(outcome.callTypes()).containsExactly(Call.Type.ACCEPT, Call.Type.DECLINE, Call.Type.SUPPRESS);
        assertThat(fixture.framework.view().offers()).isEmpty();
    }

    @Test
    void aNewRequestAsksForOffersAtOnceButNotTwiceInASecond() {
        var fixture = FrameworkFixture.subscribed();
        assertThat(fixture.launch("task-1", 1, 100).callTypes()).containsExactly(Call.Type.REVIVE);
        var soon = fixture.launch("task-2", 1, 100);
        assertThat(soon.callTypes()).isEmpty();
        assertThat(soon.armed("revive")).isEqualTo(Duration.ofSeconds(1));
        fixture.pass(Duration.ofSeconds(1));
        assertThat(fixture.tell(new FrameworkMessage.Revive()).callTypes()).containsExactly(Call.Type.REVIVE);
    }

    @Test
    void whatBeganToWaitWhileWeSubscribedIsToldToTheMaster() {
        var fixture = new FrameworkFixture();
        fixture.tell(new FrameworkMessage.Start());
        assertThat(fixture.launch("task-1", 1, 100).callTypes()).isEmpty();
        assertThat(fixture.hear(subscribedEvent()).callTypes()).containsExactly(Call.Type.REVIVE);
    }

    @Test
    void aRescindedOfferIsNotUsed() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 6, 1_000);
        var offer = fixture.offerOf("agent-1", 4, 500);
        fixture.offer(offer);
        fixture.hear(
                Event.newBuilder()
                        .setType(Event.Type.RESCIND)
                        .setRescind(Event.Rescind.newBuilder().setOfferId(offer.getId()))
                        .build());
        assertThat(fixture.offer(fixture.offerOf("agent-1", 4, 500)).callTypes()).isEmpty();
    }

    @Test
    void offersEndWithTheirConnection() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 6, 1_000);
        fixture.offer(fixture.offerOf("agent-1", 4, 500));
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        assertThat(fixture.framework.view().offers()).isEmpty();
    }

    @Test
    void refusalsAreCountedByTheirReason() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 6, 1_000, Constraints.parse("rack = r1"));
        fixture.launch("task-2", 6, 1_000);
        fixture.offer(fixture.offerOf("agent-1", 4, 500), fixture.offerOf("agent-2", 4, 500));
        Explanation explanation =
                fixture.tell(new FrameworkMessage.Explain())
                        .told(FrameworkEvent.Explained.class)
                        .getFirst()
                        .explanation();
        assertThat(explanation.waiting()).isEqualTo(2);
        assertThat(explanation.offersSeen()).isEqualTo(2);
        assertThat(explanation.refusals())
                .isNotEmpty()
                .allSatisfy(refusal -> assertThat(refusal.times()).isEqualTo(2))
                .anySatisfy(refusal -> assertThat(refusal.reason()).contains("rack"))
                .anySatisfy(refusal -> assertThat(refusal.reason()).contains("cpus"));
    }

    @Test
    void whoWaitsHasItLookedWhyAndTellsItUntilItIsPlaced() {
        var fixture = FrameworkFixture.subscribed();
        assertThat(fixture.launch("task-1", 1, 100).armed("look-around")).isPositive();

        var looked = fixture.tell(new FrameworkMessage.LookAround());

        assertThat(looked.operations()).contains(new MasterOperation.LookAround("dev", Needs.of(1_000, 100_000)));
        fixture.tell(new FrameworkMessage.LookedAround("the quota is used up"));
        assertThat(explained(fixture).refusals()).containsExactly(new Explanation.Refusal("the quota is used up", 1));
        fixture.offer(fixture.offerOf("agent-1", 1, 100));
        assertThat(explained(fixture).refusals()).isEmpty();
    }

    private static Explanation explained(FrameworkFixture fixture) {
        return fixture.tell(new FrameworkMessage.Explain())
                .told(FrameworkEvent.Explained.class)
                .getFirst()
                .explanation();
    }

    @Test
    void nobodyLooksAroundOnceNothingWaits() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        fixture.offer(fixture.offerOf("agent-1", 1, 100));

        assertThat(fixture.tell(new FrameworkMessage.LookAround()).operations())
                .noneMatch(MasterOperation.LookAround.class::isInstance);
    }

    @Test
    void anAgentIsAvoidedForAsLongAsItWasAskedForAndTheReasonIsCounted() {
        var fixture = FrameworkFixture.subscribed();
        fixture.tell(new FrameworkMessage.Avoid("agent-1", Duration.ofSeconds(10), "it was naughty"));
        fixture.launch("task-1", 1, 100);
        assertThat(fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).callTypes()).isEmpty();
        assertThat(fixture.tell(new FrameworkMessage.Explain()).told(FrameworkEvent.Explained.class))
                .singleElement()
                .satisfies(told ->
                        assertThat(told.explanation().refusals())
                                .containsExactly(new Explanation.Refusal("the agent is avoided: it was naughty", 1)));
        fixture.pass(Duration.ofSeconds(10));
        assertThat(fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).callTypes()).contains(Call.Type.ACCEPT);
    }

    @Test
    void anAgentMayBeAvoidedForEver() {
        var fixture = FrameworkFixture.subscribed();
        fixture.tell(new FrameworkMessage.Avoid("agent-1", ChronoUnit.FOREVER.getDuration(), "it was naughty"));
        fixture.launch("task-1", 1, 100);
        fixture.pass(Duration.ofDays(1_000));
        assertThat(fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).callTypes()).isEmpty();
    }

    @Test
    void anAgentThatIsTrustedAgainIsUsedAtOnce() {
        var fixture = FrameworkFixture.subscribed();
        fixture.tell(new FrameworkMessage.Avoid("agent-1", Duration.ofSeconds(10), "it was naughty"));
        fixture.launch("task-1", 1, 100);
        fixture.offer(fixture.offerOf("agent-1", 4, 4_000));
        assertThat(fixture.tell(new FrameworkMessage.Trust("agent-1")).callTypes()).contains(Call.Type.ACCEPT);
    }

    // tasks

    @Test
    void anUpdateIsAcknowledgedAfterItIsWritten() {
        var fixture = running("task-1");
        var outcome = fixture.update("task-1", TaskState.TASK_FINISHED);
        int written = outcome.indexOf(effect -> effect instanceof Effect.Persist(FrameworkEntry.Ended _));
        int acknowledged =
                outcome.indexOf(effect ->
                        effect instanceof Effect.Perform(MasterOperation.Say(_, var call))
                                && call.getType() == Call.Type.ACKNOWLEDGE);
        assertThat(written).isNotNegative().isLessThan(acknowledged);
        assertThat(outcome.told(FrameworkEvent.TaskEnded.class)).hasSize(1);
    }

    @Test
    void anUpdateOfTheMasterIsNotAcknowledged() {
        var fixture = running("task-1");
        assertThat(fixture.answer("task-1", TaskState.TASK_RUNNING).callTypes()).isEmpty();
        assertThat(fixture.answer("task-1", TaskState.TASK_GONE).callTypes()).isEmpty();
    }

    @Test
    void anUpdateThatComesTwiceIsAcknowledgedTwiceAndWrittenOnce() {
        var fixture = running("task-1");
        int before = fixture.written.size();
        assertThat(fixture.update("task-1", TaskState.TASK_RUNNING).callTypes()).containsExactly(Call.Type.ACKNOWLEDGE);
        assertThat(fixture.written).hasSize(before);
        fixture.update("task-1", TaskState.TASK_FINISHED);
        var again = fixture.update("task-1", TaskState.TASK_FINISHED);
        assertThat(again.callTypes()).containsExactly(Call.Type.ACKNOWLEDGE);
        assertThat(again.told(FrameworkEvent.TaskEnded.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(TaskState.class)
    void eachStateEndsATaskOrLeavesItAndNoStateIsForgotten(TaskState state) {
        var fixture = running("task-1");
        var outcome = fixture.update("task-1", state);
        boolean ends =
                switch (state) {
                    case TASK_FINISHED,
                            TASK_FAILED,
                            TASK_KILLED,
                            TASK_ERROR,
                            TASK_DROPPED,
                            TASK_GONE,
                            TASK_GONE_BY_OPERATOR,
                            TASK_UNKNOWN ->
                            true;
                    case TASK_STAGING, TASK_STARTING, TASK_RUNNING, TASK_KILLING, TASK_LOST, TASK_UNREACHABLE -> false;
                };
        assertThat(outcome.told(FrameworkEvent.TaskEnded.class)).hasSize(ends ? 1 : 0);
        assertThat(outcome.told(FrameworkEvent.TaskChanged.class)).hasSize(ends ? 0 : 1);
        assertThat(fixture.framework.view().tasks().contains("task-1")).isEqualTo(!ends);
    }

    @Test
    void aLostTaskIsAskedForAndBelievedTheSecondTime() {
        var fixture = running("task-1");
        var outcome =
                fixture.status(
                        status("task-1", TaskState.TASK_LOST)
                                .setReason(org.apache.mesos.v1.Protos.TaskStatus.Reason.REASON_AGENT_DISCONNECTED)
                                .build());
        assertThat(outcome.callTypes()).containsExactly(Call.Type.RECONCILE);
        assertThat(fixture.answer("task-1", TaskState.TASK_GONE).told(FrameworkEvent.TaskEnded.class)).hasSize(1);
    }

    @Test
    void aTaskThatComesBackFromTheDeadIsKilled() {
        var fixture = running("task-1");
        fixture.answer("task-1", TaskState.TASK_GONE);
        var outcome = fixture.update("task-1", TaskState.TASK_RUNNING);
        assertThat(outcome.callTypes()).containsExactly(Call.Type.ACKNOWLEDGE, Call.Type.KILL);
    }

    @Test
    void anUnreachableTaskMayComeBack() {
        var fixture = running("task-1");
        fixture.answer("task-1", TaskState.TASK_UNREACHABLE);
        var outcome = fixture.answer("task-1", TaskState.TASK_RUNNING);
        assertThat(outcome.callTypes()).isEmpty();
        assertThat(outcome.told(FrameworkEvent.TaskChanged.class)).hasSize(1);
    }

    @Test
    void aTaskOfAnotherLifeThatAQuestionForAllBringsUpIsKilled() {
        var fixture = FrameworkFixture.subscribed();
        assertThat(
                        fixture.tell(new FrameworkMessage.AskForUnknown())
                                .call(Call.Type.RECONCILE)
                                .getReconcile()
                                .getTasksList())
                .isEmpty();
        assertThat(fixture.answer("stranger", TaskState.TASK_RUNNING).callTypes()).containsExactly(Call.Type.KILL);
    }

    @Test
    void everyNewConnectionAsksAboutAllTasksUntilThereIsAnAnswer() {
        var fixture = running("task-1");
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        fixture.tell(new FrameworkMessage.Reconnect());
        var outcome = fixture.hear(2, subscribedEvent());
        assertThat(outcome.call(Call.Type.RECONCILE).getReconcile().getTasks(0).getTaskId().getValue())
                .isEqualTo("task-1");
        assertThat(outcome.call(Call.Type.RECONCILE).getReconcile().getTasks(0).getAgentId().getValue())
                .isEqualTo("agent-1");
        Duration wait = outcome.armed("ask-again");
        for (int i = 0; i < 20; i++) {
            var again = fixture.tell(new FrameworkMessage.AskAgain());
            assertThat(again.callTypes()).containsExactly(Call.Type.RECONCILE);
            assertThat(again.armed("ask-again"))
                    .isGreaterThanOrEqualTo(wait)
                    .isLessThanOrEqualTo(fixture.timing.tasks().mostAnswerPatience());
            wait = again.armed("ask-again");
        }
        assertThat(wait).isEqualTo(fixture.timing.tasks().mostAnswerPatience());
        fixture.hear(
                2,
                Event.newBuilder()
                        .setType(Event.Type.UPDATE)
                        .setUpdate(Event.Update.newBuilder().setStatus(status("task-1", TaskState.TASK_RUNNING)))
                        .build());
        assertThat(fixture.tell(new FrameworkMessage.AskAgain()).effects()).isEmpty();
    }

    @Test
    void manyTasksAreAskedForInSeveralCalls() {
        var entries = new java.util.ArrayList<FrameworkEntry>();
        entries.add(new FrameworkEntry.Identified(FRAMEWORK_ID));
        for (int i = 0; i < 2_500; i++) {
            entries.add(new FrameworkEntry.Intended("task-" + i, "agent-1", ""));
        }
        var fixture = new FrameworkFixture(entries.toArray(FrameworkEntry[]::new));
        fixture.tell(new FrameworkMessage.Start());
        List<Call> calls = fixture.hear(subscribedEvent()).calls();
        assertThat(calls).extracting(call -> call.getReconcile().getTasksCount()).containsExactly(1_000, 1_000, 500);
    }

    @Test
    void aLaunchThatNobodyHasHeardOfIsAskedFor() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        assertThat(fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).armed("check-launches"))
                .isEqualTo(fixture.timing.tasks().launchPatience());
        fixture.pass(fixture.timing.tasks().launchPatience());
        assertThat(fixture.tell(new FrameworkMessage.CheckLaunches()).callTypes()).containsExactly(Call.Type.RECONCILE);
        assertThat(fixture.answer("task-1", TaskState.TASK_DROPPED).told(FrameworkEvent.TaskEnded.class)).hasSize(1);
    }

    @Test
    void aTaskThatIsNotWantedIsKilledUntilItIsOver() {
        var fixture = running("task-1");
        assertThat(fixture.tell(new FrameworkMessage.Cancel("task-1")).callTypes()).containsExactly(Call.Type.KILL);
        assertThat(fixture.tell(new FrameworkMessage.KillAgain()).callTypes()).containsExactly(Call.Type.KILL);
        fixture.update("task-1", TaskState.TASK_KILLED);
        assertThat(fixture.tell(new FrameworkMessage.KillAgain()).effects()).isEmpty();
    }

    @Test
    void aTaskThatHasNoPlaceYetIsForgottenWithoutACall() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        assertThat(fixture.tell(new FrameworkMessage.Cancel("task-1")).callTypes()).containsExactly(Call.Type.SUPPRESS);
        assertThat(fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).callTypes()).containsExactly(Call.Type.DECLINE);
    }

    @Test
    void theWishToKillOutlivesTheProcess() {
        var fixture = running("task-1");
        fixture.tell(new FrameworkMessage.Cancel("task-1"));
        var next = new FrameworkFixture(fixture.written.toArray(FrameworkEntry[]::new));
        next.tell(new FrameworkMessage.Start());
        assertThat(next.hear(subscribedEvent()).callTypes()).contains(Call.Type.RECONCILE, Call.Type.KILL);
    }

    @Test
    void aCallThatTheMasterRefusesEndsTheTasksInIt() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        Call accept = fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).call(Call.Type.ACCEPT);
        assertThat(
                        fixture.tell(new FrameworkMessage.CallRefused(1, accept, "malformed"))
                                .told(FrameworkEvent.TaskEnded.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.end().cause()).isEqualTo(TaskEnd.Cause.LAUNCH));
    }

    @Test
    void theOffersOfACallThatTheMasterRefusesAreGivenBack() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        Call accept = fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).call(Call.Type.ACCEPT);
        Call decline = fixture.tell(new FrameworkMessage.CallRefused(1, accept, "malformed")).call(Call.Type.DECLINE);
        assertThat(decline.getDecline().getOfferIdsList()).isEqualTo(accept.getAccept().getOfferIdsList());
    }

    @Test
    void teardownIsTheLastWordAndForgetsTheFramework() {
        var fixture = running("task-1");
        var outcome = fixture.tell(new FrameworkMessage.Stop(true));
        assertThat(outcome.callTypes()).containsExactly(Call.Type.TEARDOWN);
        assertThat(outcome.operations().getLast()).isEqualTo(new MasterOperation.HangUp(1));
        assertThat(outcome.told(FrameworkEvent.Stopped.class)).hasSize(1);
        assertThat(fixture.written).last().isEqualTo(new FrameworkEntry.Forgotten());
    }

    @Test
    void theFrameworkIsForgottenBeforeTheMasterIsTold() {
        var outcome = running("task-1").tell(new FrameworkMessage.Stop(true));
        int written = outcome.indexOf(effect -> effect instanceof Effect.Persist(FrameworkEntry.Forgotten _));
        int told = outcome.indexOf(effect -> effect instanceof Effect.Perform(MasterOperation.Say _));
        assertThat(written).isNotNegative().isLessThan(told);
    }

    @Test
    void aFrameworkThatIsStoppedWhileAMasterTakesItIsTornDownAsSoonAsItsIdIsKnown() {
        var fixture = new FrameworkFixture();
        fixture.tell(new FrameworkMessage.Start());
        var stopped = fixture.tell(new FrameworkMessage.Stop(true));
        assertThat(stopped.told()).isEmpty();
        assertThat(stopped.operations()).isEmpty();
        assertThat(stopped.armed("leave")).isPositive().isLessThan(Duration.ofSeconds(5));

        var taken = fixture.hear(subscribedEvent());

        assertThat(taken.call(Call.Type.TEARDOWN).getFrameworkId().getValue()).isEqualTo(FRAMEWORK_ID);
        assertThat(taken.operations().getLast()).isEqualTo(new MasterOperation.HangUp(1));
        assertThat(taken.told()).containsExactly(new FrameworkEvent.Stopped());
        assertThat(fixture.written)
                .as("a process that ends in between comes back under the id and can tear it down")
                .containsExactly(new FrameworkEntry.Identified(FRAMEWORK_ID), new FrameworkEntry.Forgotten());
    }

    @Test
    void aLaterRunThatIsStoppedWhileAMasterTakesItIsTornDownAsWell() {
        var fixture = new FrameworkFixture(new FrameworkEntry.Identified(FRAMEWORK_ID));
        fixture.tell(new FrameworkMessage.Start());
        fixture.tell(new FrameworkMessage.Stop(true));
        var taken = fixture.hear(subscribedEvent());
        assertThat(taken.callTypes()).containsExactly(Call.Type.TEARDOWN);
        assertThat(fixture.written).last().isEqualTo(new FrameworkEntry.Forgotten());
    }

    @Test
    void whoIsStoppedAndTakenByNobodyLeavesAfterABoundAndForgetsNothing() {
        for (FrameworkMessage end :
                List.of(
                        new FrameworkMessage.GiveUpLeaving(),
                        new FrameworkMessage.ConnectionEnded(1, false, "nothing listens there"),
                        new FrameworkMessage.EventArrived(1, error(REMOVED)))) {
            var fixture = new FrameworkFixture(new FrameworkEntry.Identified(FRAMEWORK_ID));
            fixture.tell(new FrameworkMessage.Start());
            fixture.tell(new FrameworkMessage.Stop(true));
            var outcome = fixture.tell(end);
            assertThat(outcome.operations()).containsExactly(new MasterOperation.HangUp(1));
            assertThat(outcome.told()).containsExactly(new FrameworkEvent.Stopped());
            assertThat(fixture.written).containsExactly(new FrameworkEntry.Identified(FRAMEWORK_ID));
            assertThat(fixture.tell(new FrameworkMessage.Reconnect()).effects()).isEmpty();
        }
    }

    @Test
    void nothingIsBegunWhileItIsLeaving() {
        var fixture = new FrameworkFixture();
        fixture.tell(new FrameworkMessage.Start());
        fixture.tell(new FrameworkMessage.Stop(true));
        assertThat(fixture.launch("task-1", 1, 100).effects()).isEmpty();
        assertThat(fixture.tell(new FrameworkMessage.GiveUpConnecting()).effects()).isEmpty();
        assertThat(fixture.tell(new FrameworkMessage.CheckHeartbeat(1)).effects()).isEmpty();
        assertThat(explained(fixture).state()).isEqualTo("stopping");
    }

    @Test
    void whoAsksAfterTheEndIsStillAnswered() {
        var fixture = FrameworkFixture.subscribed();
        fixture.hear(error(FAILED_OVER));
        assertThat(fixture.tell(new FrameworkMessage.Explain()).told(FrameworkEvent.Explained.class))
                .singleElement()
                .satisfies(told -> assertThat(told.explanation().state()).contains("another instance"));
    }

    @Test
    void stoppingWithoutTeardownKeepsTheIdAndTheTasks() {
        var fixture = running("task-1");
        assertThat(fixture.tell(new FrameworkMessage.Stop(false)).callTypes()).isEmpty();
        var next = new FrameworkFixture(fixture.written.toArray(FrameworkEntry[]::new));
        assertThat(next.framework.view().tasks()).containsExactly("task-1");
        assertThat(next.framework.view().frameworkId()).isEqualTo(FRAMEWORK_ID);
    }

    private static FrameworkFixture running(String task) {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch(task, 1, 100);
        fixture.offer(fixture.offerOf("agent-1", 4, 4_000));
        fixture.update(task, TaskState.TASK_RUNNING);
        return fixture;
    }

    // masters that are not as they should be

    @Test
    void anUpdateThatNamesNoAgentCannotBeAcknowledgedAndCounts() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        fixture.offer(fixture.offerOf("agent-1", 1, 100));
        var outcome =
                fixture.status(fixture.agentStatus("task-1", TaskState.TASK_FAILED).toBuilder().clearAgentId().build());
        assertThat(outcome.callTypes()).doesNotContain(Call.Type.ACKNOWLEDGE);
        assertThat(outcome.told(FrameworkEvent.TaskEnded.class)).hasSize(1);
    }

    @Test
    void anUpdateOfAnOperationWithoutANameCannotBeAcknowledged() {
        var update = Event.UpdateOperationStatus.newBuilder();
        update.getStatusBuilder()
                .setState(OperationState.OPERATION_FINISHED)
                .setUuid(UUID.newBuilder().setValue(ByteString.copyFromUtf8("0123456789abcdef")));
        var event = Event.newBuilder().setType(Event.Type.UPDATE_OPERATION_STATUS).setUpdateOperationStatus(update);
        assertThat(FrameworkFixture.subscribed().hear(event.build()).calls()).isEmpty();
    }

    @Test
    void offersThatAreTooLargeTogetherCountAsTheMostThatCanBeCounted() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        fixture.pass(Duration.ofSeconds(2));
        var outcome = fixture.offer(fixture.offerOf("agent-1", 1e12, 1e12), fixture.offerOf("agent-1", 1e12, 1e12));
        assertThat(outcome.call(Call.Type.ACCEPT).getAccept().getOfferIdsCount()).isEqualTo(2);
    }

    @Test
    void aMasterThatTakesUsForAnotherFrameworkIsLeftAndOurTasksAreKept() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        fixture.offer(fixture.offerOf("agent-1", 1, 100));
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        fixture.tell(new FrameworkMessage.Reconnect());
        var event = subscribedEvent().toBuilder();
        event.getSubscribedBuilder().getFrameworkIdBuilder().setValue("somebody-else");
        var outcome = fixture.hear(2, event.build());
        assertThat(outcome.operations()).containsExactly(new MasterOperation.HangUp(2));
        assertThat(fixture.framework.view().frameworkId()).isEqualTo(FRAMEWORK_ID);
        assertThat(fixture.framework.view().tasks()).containsExactly("task-1");
        assertThat(fixture.tell(new FrameworkMessage.Explain()).told(FrameworkEvent.Explained.class))
                .singleElement()
                .satisfies(told -> assertThat(told.explanation().state()).contains("somebody-else", FRAMEWORK_ID));
    }

    @Test
    void aMasterThatSubscribesUsTwiceTakesNoOfferAway() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 4, 100);
        fixture.offer(fixture.offerOf("agent-1", 1, 100));
        assertThat(fixture.hear(subscribedEvent()).effects()).isEmpty();
        assertThat(fixture.framework.view().offers()).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e300, 1e12, -1})
    void aHeartbeatThatIsNoTimeDoesNotKeepUsFromNoticingSilence(double seconds) {
        var fixture = new FrameworkFixture();
        fixture.tell(new FrameworkMessage.Start());
        var event = subscribedEvent().toBuilder();
        event.getSubscribedBuilder().setHeartbeatIntervalSeconds(seconds);
        assertThat(fixture.hear(event.build()).armed("heartbeat")).isLessThanOrEqualTo(Duration.ofHours(1));
        fixture.pass(Duration.ofHours(5));
        assertThat(fixture.tell(new FrameworkMessage.CheckHeartbeat(1)).operations())
                .containsExactly(new MasterOperation.HangUp(1));
    }

    @Test
    void reasonsOfRefusalsThatAllDifferAreCountedTogetherBeyondSome() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 1_000_000);
        for (int i = 0; i < 5_000; i++) {
            fixture.offer(fixture.offerOf("agent-" + i, 1, i + 1));
            fixture.pass(Duration.ofSeconds(1));
            fixture.tell(new FrameworkMessage.SweepOffers());
        }
        var told = fixture.tell(new FrameworkMessage.Explain()).told(FrameworkEvent.Explained.class).getFirst();
        assertThat(told.explanation().refusals()).hasSizeLessThan(1_000);
        assertThat(told.explanation().refusals().stream().mapToLong(Explanation.Refusal::times).sum()).isEqualTo(5_000);
    }

    @Test
    void aStateThatIsNewerThanWeAreIsAcknowledgedAndAnEventThatLacksMoreIsSkipped() {
        var fixture = FrameworkFixture.subscribed();
        TaskStatus newer =
                fixture.agentStatus("task-1", TaskState.TASK_RUNNING).toBuilder().clearState().buildPartial();
        assertThat(fixture.hear(update(newer)).callTypes()).containsExactly(Call.Type.ACKNOWLEDGE);
        TaskStatus nobodys = newer.toBuilder().clearTaskId().buildPartial();
        assertThat(fixture.hear(update(nobodys)).effects()).isEmpty();
        var noAgent = Event.newBuilder().setType(Event.Type.MESSAGE).setMessage(Event.Message.getDefaultInstance());
        assertThat(fixture.hear(noAgent.buildPartial()).effects()).isEmpty();
    }

    private static Event update(TaskStatus status) {
        return Event.newBuilder()
                .setType(Event.Type.UPDATE)
                .setUpdate(Event.Update.newBuilder().setStatus(status).buildPartial())
                .buildPartial();
    }

    @Test
    void anOfferWithAResourceThatIsNewerThanWeAreIsGivenBackAndTheOthersAreUsed() {
        var fixture = FrameworkFixture.subscribed();
        fixture.launch("task-1", 1, 100);
        var newer = fixture.offerOf("agent-1", 1, 100).toBuilder();
        newer.getResourcesBuilder(0).clearType();
        var outcome = fixture.offer(newer.buildPartial(), fixture.offerOf("agent-2", 1, 100));
        assertThat(outcome.call(Call.Type.DECLINE).getDecline().getOfferIdsList()).containsExactly(newer.getId());
        assertThat(outcome.call(Call.Type.ACCEPT).getAccept().getOfferIdsCount()).isEqualTo(1);
    }
}
