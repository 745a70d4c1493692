package dev.capstan.executor.logic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

class ExecutorTest {
    private static final ExecutorId ID = new ExecutorId("e1");
    private static final Address SELF = new Address("e1", "executor");
    private static final Address DRIVER = new Address("driver", "tasks");
    private static final StageAttempt STAGE = new StageAttempt(new StageId(1), 0);
    private static final Resources TWO = Resources.cpus(2);

    private final Executor executor =
            new Executor(ID, new LeaseId("l1"), "host", TWO, SELF, DRIVER, ExecutorConfig.defaults());
    private final List<ExecutorReports> sent = new ArrayList<>();
    private final List<ExecutorOperation> performed = new ArrayList<>();
    private final Set<String> armed = new LinkedHashSet<>();
    private long now = Duration.ofHours(1).toNanos();

    @BeforeEach
    void serve() {
        tell(new ExecutorSignal.Start());
        order(new ExecutorOrder.Welcome(Duration.ofSeconds(10)));
        order(new ExecutorOrder.InstallStage(STAGE, new StageCode(new byte[0], true), List.of(), Resources.cpus(1)));
        sent.clear();
        performed.clear();
    }

    private void tell(Message... messages) {
        for (Message message : messages) {
            take(executor.on(message, now));
        }
        take(executor.endOfTurn(now));
    }

    private void order(ExecutorOrder... orders) {
        tell(new ExecutorOrders(new Epoch(1), ID, List.of(orders)));
    }

    private void take(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Send(var to, ExecutorReports reports) -> {
                    assertThat(to).isEqualTo(DRIVER);
                    sent.add(reports);
                }
                case Effect.Perform(ExecutorOperation operation) -> performed.add(operation);
                case Effect.Arm(var timer, _, _) -> armed.add(timer);
                case Effect.Disarm(var timer) -> armed.remove(timer);
                default -> throw new AssertionError("unexpected " + effect);
            }
        }
    }

    private static TaskLaunch launch(long task) {
        return new TaskLaunch(new TaskId(task), (int) task, 0, List.of());
    }

    private static ExecutorSignal done(long task) {
        return new ExecutorSignal.TaskDone(new TaskId(task), new TaskOutcome.MapOutput(1), TaskMetrics.NONE);
    }

    private static ExecutorReport ended(long task) {
        return new ExecutorReport.TaskEnded(new TaskId(task), new TaskOutcome.MapOutput(1), TaskMetrics.NONE);
    }

    private static ExecutorOrder run(long... tasks) {
        List<TaskLaunch> launches = new ArrayList<>();
        for (long task : tasks) {
            launches.add(launch(task));
        }
        return new ExecutorOrder.RunTasks(STAGE, launches);
    }

    @Test
    void itRegistersUntilItIsWelcome() {
        var fresh = new Executor(ID, new LeaseId("l1"), "host", TWO, SELF, DRIVER, ExecutorConfig.defaults());
        take(fresh.on(new ExecutorSignal.Start(), 0));
        take(fresh.on(new ExecutorSignal.RegisterAgain(), 0));
        assertThat(sent)
                .extracting(ExecutorReports::reports)
                .containsExactly(
                        List.of(new ExecutorReport.Register(new LeaseId("l1"), "host", TWO)),
                        List.of(new ExecutorReport.Register(new LeaseId("l1"), "host", TWO)));
    }

    @Test
    void aDriverThatAnswersNoRegistrationIsAwayAsOneIsThatAnswersNoHeartbeat() {
        var fresh = new Executor(ID, new LeaseId("l1"), "host", TWO, SELF, DRIVER, ExecutorConfig.defaults());
        armed.clear();
        long started = Duration.ofHours(1).toNanos();
        take(fresh.on(new ExecutorSignal.Start(), started));
        take(fresh.on(new ExecutorSignal.RegisterAgain(), started + Duration.ofSeconds(59).toNanos()));
        assertThat(armed).containsExactly("register");
        take(fresh.on(new ExecutorSignal.RegisterAgain(), started + Duration.ofSeconds(60).toNanos()));
        assertThat(armed).containsExactlyInAnyOrder("register", "driver-gone");
        take(fresh.on(new ExecutorSignal.DriverGone("no word from it"), started + Duration.ofSeconds(120).toNanos()));
        assertThat(fresh.view().ended()).isTrue();
    }

    @Test
    void aTaskThatIsOrderedTwiceIsStartedOnce() {
        order(run(1, 2));
        order(run(1, 2, 3));
        tell(done(1));
        order(run(1));
        assertThat(performed)
                .containsExactly(
                        new ExecutorOperation.Enqueue(STAGE, List.of(launch(1), launch(2))),
                        new ExecutorOperation.Enqueue(STAGE, List.of(launch(3))));
    }

    @Test
    void allThatEndsInOneTurnIsReportedInOneMessageAndAgainUntilItIsTaken() {
        order(run(1, 2));
        tell(done(1), done(2));
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).reports()).containsExactly(ended(1), ended(2));
        tell(new ExecutorSignal.SendAgain());
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1)).isEqualTo(sent.get(0));

        order(new ExecutorOrder.ReportsTaken(sent.get(0).sequence()));
        tell(new ExecutorSignal.SendAgain());
        assertThat(sent).hasSize(2);
        assertThat(armed).doesNotContain("resend");
    }

    @Test
    void anOutcomeThatComesTwiceIsReportedOnce() {
        order(run(1));
        tell(done(1));
        tell(done(1));
        assertThat(sent).hasSize(1);
    }

    @Test
    void ordersOfAReplacedDriverOrForAnotherLifeAreRefused() {
        tell(new ExecutorOrders(new Epoch(2), ID, List.of(run(1))));
        tell(new ExecutorOrders(new Epoch(1), ID, List.of(run(2))));
        tell(new ExecutorOrders(new Epoch(2), new ExecutorId("e0"), List.of(run(3))));
        assertThat(performed).containsExactly(new ExecutorOperation.Enqueue(STAGE, List.of(launch(1))));
    }

    @Test
    void aKilledTaskThatDoesNotEndIsAbandoned() {
        order(run(1));
        order(new ExecutorOrder.KillTasks(List.of(new TaskId(1), new TaskId(9)), true, "enough"));
        assertThat(performed).contains(new ExecutorOperation.Kill(List.of(new TaskId(1)), true, "enough"));
        assertThat(armed).contains("reap-1").doesNotContain("reap-9");
        tell(new ExecutorSignal.Reap(new TaskId(1)));
        assertThat(performed).contains(new ExecutorOperation.Abandon(new TaskId(1)));
        tell(done(1));
        assertThat(armed).doesNotContain("reap-1");
    }

    @Test
    void aResultThatIsStoredAfterItsTaskWasGivenUpIsDropped() {
        order(run(1));
        tell(done(1));
        BlockId block = new BlockId.TaskResult(1);
        tell(
                new ExecutorSignal.TaskDone(
                        new TaskId(1), new TaskOutcome.StoredResult(block, 1_000_000), TaskMetrics.NONE));
        assertThat(performed).contains(new ExecutorOperation.DropBlock(block));
    }

    @Test
    void aDrainGivesBackWhatHasNotStartedAndEndsWhenTheRestIsDone() {
        order(run(1, 2, 3));
        order(new ExecutorOrder.Drain(Duration.ofSeconds(5)));
        assertThat(performed).contains(new ExecutorOperation.TakeBackAll());
        tell(new ExecutorSignal.TasksTakenBack(List.of(new TaskId(3), new TaskId(2))));
        order(run(4));
        tell(done(1));
        assertThat(sent.stream().flatMap(reports -> reports.reports().stream()))
                .containsExactly(
                        new ExecutorReport.TasksReturned(List.of(new TaskId(3), new TaskId(2))),
                        new ExecutorReport.TasksReturned(List.of(new TaskId(4))),
                        ended(1),
                        new ExecutorReport.Drained());
    }

    @Test
    void aDrainThatTakesTooLongKillsWhatRuns() {
        order(run(1));
        order(new ExecutorOrder.Drain(Duration.ofSeconds(5)));
        tell(new ExecutorSignal.DrainOver());
        assertThat(performed)
                .anyMatch(operation -> operation instanceof ExecutorOperation.Kill kill && kill.interrupt());
    }

    @Test
    void heartbeatsTellWhatRunsAndWhatWaits() {
        order(run(1, 2));
        tell(new ExecutorSignal.Beat());
        assertThat(performed).contains(new ExecutorOperation.Look());
        var progress = new ExecutorReport.TaskProgress(new TaskId(1), 5, 7);
        tell(new ExecutorSignal.PoolState(List.of(progress), List.of(new TaskId(2))));
        assertThat(sent).hasSize(1);
        assertThat(sent.get(0).sequence()).isZero();
        assertThat(sent.get(0).reports())
                .containsExactly(new ExecutorReport.Heartbeat(List.of(progress), List.of(new TaskId(2))));
    }

    @Test
    void aDriverThatDoesNotAnswerSixHeartbeatsIsAwayUntilItIsHeardOf() {
        beats(5);
        assertThat(armed).doesNotContain("driver-gone");
        order(new ExecutorOrder.ReportsTaken(0));
        beats(5);
        assertThat(armed).as("it was heard of").doesNotContain("driver-gone");
        beats(1);
        assertThat(armed).contains("driver-gone", "register");
        sent.clear();
        tell(new ExecutorSignal.RegisterAgain());
        assertThat(sent).singleElement().matches(said -> said.reports().getFirst() instanceof ExecutorReport.Register);
        order(new ExecutorOrder.Welcome(Duration.ofSeconds(10)));
        assertThat(armed).doesNotContain("driver-gone", "register");
        beats(6);
        tell(new ExecutorSignal.DriverGone("no word from it"));
        assertThat(executor.view().ended()).isTrue();
    }

    private void beats(int count) {
        for (int i = 0; i < count; i++) {
            now += Duration.ofSeconds(10).toNanos();
            tell(new ExecutorSignal.Beat());
        }
    }

    @Test
    void aForgottenStageIsDroppedOnceAndALateRepetitionDoesNotBringItBack() {
        order(new ExecutorOrder.ForgetStage(STAGE));
        order(new ExecutorOrder.InstallStage(STAGE, new StageCode(new byte[0], true), List.of(), TWO));
        order(new ExecutorOrder.ForgetStage(STAGE));
        order(new ExecutorOrder.ForgetShuffle(new ShuffleId(4)));
        assertThat(performed)
                .containsExactly(
                        new ExecutorOperation.DropStage(STAGE), new ExecutorOperation.DropShuffle(new ShuffleId(4)));
    }

    @Test
    void tasksOfAStageWhoseCodeWasLostAreGivenBackWithTheReason() {
        var other = new StageAttempt(new StageId(2), 0);
        order(new ExecutorOrder.RunTasks(other, List.of(launch(1))));
        assertThat(performed).isEmpty();
        assertThat(sent.get(0).reports())
                .containsExactly(new ExecutorReport.StageMissing(other, List.of(new TaskId(1))));
    }

    @Test
    void afterItsEndNothingIsDone() {
        order(run(1), new ExecutorOrder.Shutdown("the application ends"), run(2));
        assertThat(performed)
                .containsExactly(
                        new ExecutorOperation.Enqueue(STAGE, List.of(launch(1))),
                        new ExecutorOperation.Stop("the application ends"));
        tell(done(1));
        order(run(3));
        assertThat(sent).isEmpty();
        assertThat(performed).hasSize(2);
    }
}
