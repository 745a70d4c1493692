package dev.capstan.driver.scheduling;

import static dev.capstan.driver.scheduling.TaskSchedulerFixture.lease;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.stage;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.submit;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.WhyNot;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class ExecutorLifeTest {
    private final TaskSchedulerFixture fixture = new TaskSchedulerFixture();

    @Test
    void aRegistrationThatOvertakesItsGrantIsKept() {
        FakeExecutor executor = fixture.unknown("executor-1", "host-a", Resources.cpus(1));
        fixture.tell(executor.register());
        assertThat(executor.orders).isEmpty();
        fixture.tell(new BackendEvent.Granted(lease(executor, Resources.cpus(1))));

        assertThat(executor.welcome).isTrue();
        assertThat(fixture.heard(SchedulingEvent.ExecutorJoined.class)).hasSize(1);
    }

    @Test
    void aRegistrationWithoutGrantIsRefusedInTheEnd() {
        FakeExecutor executor = fixture.unknown("executor-1", "host-a", Resources.cpus(1));
        fixture.tell(executor.register()).advance(Duration.ofMinutes(3));

        assertThat(executor.orders(ExecutorOrder.Refuse.class)).hasSize(1);
    }

    @Test
    void anExecutorThatRegistersTwiceIsWelcomedTwiceAndJoinsOnce() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        var again = new ExecutorReport.Register(executor.lease, executor.host, executor.resources);
        fixture.tell(executor.unnumbered(again), executor.unnumbered(again));

        assertThat(executor.orders(ExecutorOrder.Welcome.class)).hasSize(3);
        assertThat(fixture.heard(SchedulingEvent.ExecutorJoined.class)).hasSize(1);
    }

    @Test
    void eachHeartbeatIsAnswered() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        int before = executor.orders(ExecutorOrder.ReportsTaken.class).size();
        var beat = new ExecutorReport.Heartbeat(List.of(), List.of());
        fixture.tell(executor.unnumbered(beat)).tell(executor.unnumbered(beat));

        assertThat(executor.orders(ExecutorOrder.ReportsTaken.class)).hasSize(before + 2);
    }

    @Test
    void theBackendHearsOnceThatAnExecutorIsUp() {
        FakeExecutor executor = fixture.leased("executor-1", "host-a", Resources.cpus(1));
        assertThat(fixture.commanded(BackendCommand.Registered.class)).isEmpty();
        fixture.tell(executor.register()).tell(executor.register());

        assertThat(fixture.commanded(BackendCommand.Registered.class))
                .containsExactly(new BackendCommand.Registered(executor.lease));
    }

    @Test
    void aLeaseWhoseExecutorNeverRegistersIsGivenBack() {
        FakeExecutor executor = fixture.leased("executor-1", "host-a", Resources.cpus(1));
        fixture.advance(Duration.ofSeconds(121));

        assertThat(fixture.commanded(BackendCommand.Release.class))
                .containsExactly(new BackendCommand.Release(executor.lease));
        assertThat(fixture.scheduler.view().executors()).isEmpty();
        fixture.tell(executor.register());
        assertThat(executor.shutDown).isTrue();
    }

    @Test
    void aSilentExecutorIsGone() {
        FakeExecutor silent = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 1)));
        FakeExecutor other = fixture.executor("executor-2", "host-b", 1);
        fixture.advance(Duration.ofSeconds(40)).tell(other.unnumbered(other.heartbeat(Duration.ZERO)));
        fixture.advance(Duration.ofSeconds(25));

        assertThat(silent.shutDown).isTrue();
        assertThat(other.shutDown).isFalse();
        assertThat(other.partitions()).containsExactly(0);
        assertThat(fixture.commanded(BackendCommand.Release.class)).hasSize(1);
        assertThat(fixture.heard(SchedulingEvent.ExecutorGone.class))
                .containsExactly(new SchedulingEvent.ExecutorGone(silent.id, "no word from it for 1 min"));
    }

    @Test
    void aDriverThatWasFrozenDoesNotTakeItsOwnSilenceForThatOfItsExecutors() {
        FakeExecutor alive = fixture.executor("executor-1", "host-a", 1);
        FakeExecutor starting = fixture.leased("executor-2", "host-b", Resources.cpus(1));
        FakeExecutor dead = fixture.executor("executor-3", "host-c", 1);
        fixture.freeze(Duration.ofMinutes(10)).tell(alive.unnumbered(alive.heartbeat(Duration.ZERO)));
        fixture.tell(starting.register());
        fixture.advance(Duration.ofSeconds(30));

        assertThat(alive.shutDown).isFalse();
        assertThat(starting.shutDown).isFalse();
        assertThat(dead.shutDown).isTrue();
        assertThat(fixture.heard(SchedulingEvent.ExecutorGone.class)).hasSize(1);
    }

    @Test
    void reportsAreTakenOnceAndInOrderHoweverTheyArrive() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 3);
        fixture.tell(submit(tasks(1, 3)));
        List<TaskId> ids = executor.taskIds();
        ExecutorReports first = executor.reports(executor.succeeds(ids.get(0)));
        ExecutorReports second = executor.reports(executor.succeeds(ids.get(1)));
        ExecutorReports third = executor.reports(executor.succeeds(ids.get(2)));

        fixture.tell(third).tell(second).tell(third);
        assertThat(fixture.ended()).isEmpty();
        assertThat(executor.orders(ExecutorOrder.ReportsTaken.class).getLast().sequence()).isEqualTo(1);
        fixture.tell(first).tell(second).tell(first);
        assertThat(fixture.ended()).extracting(task -> task.task()).containsExactlyElementsOf(ids);
        assertThat(executor.orders(ExecutorOrder.ReportsTaken.class).getLast().sequence()).isEqualTo(4);
    }

    @Test
    void anOrderThatMustArriveIsSaidAgainUntilItIsTaken() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        executor.losesOrders = true;
        fixture.tell(new SchedulingRequest.TellExecutors(new ExecutorOrder.ForgetShuffle(new ShuffleId(1))));
        fixture.tell(executor.unnumbered(executor.heartbeat(Duration.ZERO)));
        executor.losesOrders = false;
        fixture.tell(new SchedulingRequest.TellExecutors(new ExecutorOrder.ForgetShuffle(new ShuffleId(2))));
        assertThat(executor.orders(ExecutorOrder.ForgetShuffle.class)).as("the one before is missing").isEmpty();

        executor.messages.clear();
        for (int beat = 0; beat < 8; beat++) {
            fixture.advance(Duration.ofSeconds(10)).tell(executor.unnumbered(executor.heartbeat(Duration.ZERO)));
        }
        assertThat(executor.orders(ExecutorOrder.ForgetShuffle.class))
                .extracting(order -> order.shuffle().number())
                .containsExactly(1, 2);
        assertThat(executor.messages)
                .as("besides the answers to the heartbeats")
                .filteredOn(said -> said.orders().stream().anyMatch(ExecutorOrder.Lasting.class::isInstance))
                .as("it is said once")
                .hasSize(1);
    }

    @Test
    void aTaskThatTwoHeartbeatsDoNotNameIsSentAgainWithItsCode() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 1)));
        TaskId lost = executor.taskOf(0);
        executor.tasks.clear();
        executor.installed.clear();
        for (int beat = 0; beat < 4; beat++) {
            fixture.advance(Duration.ofSeconds(2)).tell(executor.unnumbered(executor.heartbeat(Duration.ZERO)));
        }

        assertThat(executor.partitions()).containsExactly(0);
        assertThat(executor.taskOf(0)).isNotEqualTo(lost);
        assertThat(fixture.ended())
                .singleElement()
                .matches(task -> task.outcome() instanceof TaskOutcome.Killed && task.willRetry());
    }

    @Test
    void aTaskThatNobodyKnowsIsKilled() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(
                executor.unnumbered(
                        new ExecutorReport.Heartbeat(
                                List.of(new ExecutorReport.TaskProgress(new TaskId(77), 5, 0)), List.of())));

        assertThat(executor.orders(ExecutorOrder.KillTasks.class))
                .singleElement()
                .matches(kill -> kill.tasks().equals(List.of(new TaskId(77))));
    }

    @Test
    void whoHasHeardOfALaterDriverIsNotHeard() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 1)));
        fixture.tell(
                new ExecutorReports(
                        new Epoch(9),
                        executor.id,
                        executor.address,
                        2,
                        0,
                        List.of(executor.succeeds(executor.taskOf(0)))));

        assertThat(fixture.ended()).isEmpty();
    }

    @Test
    void grantsEndsAndSubmissionsThatComeTwiceCountOnce() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        TaskSet set = tasks(1, 1);
        fixture.tell(submit(set), submit(set), new BackendEvent.Granted(lease(executor, Resources.cpus(1))));
        assertThat(fixture.scheduler.view().executors()).hasSize(1);
        fixture.succeedAll(executor).tell(submit(set));

        assertThat(fixture.ended()).hasSize(1);
        assertThat(executor.tasks).isEmpty();
    }

    @Test
    void aCancelledSetIsKilledAndNothingMoreIsTold() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 3)));
        fixture.tell(new SchedulingRequest.CancelTasks(stage(1), true, "its job was cancelled"));
        fixture.tell(submit(tasks(2, 1)));
        assertThat(executor.tasks).as("its core is not free before it says so").hasSize(1);
        fixture.report(executor, executor.isKilled(executor.taskOf(0)));

        assertThat(fixture.ended()).isEmpty();
        assertThat(executor.orders(ExecutorOrder.KillTasks.class)).singleElement().matches(kill -> kill.interrupt());
        assertThat(fixture.set(stage(2)).running()).isEqualTo(1);
    }

    @Test
    void aPartitionThatFinishedElsewhereIsNotRun() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 2)));
        fixture.tell(
                new SchedulingRequest.PartitionFinished(stage(1), 1),
                new SchedulingRequest.PartitionFinished(stage(1), 1));
        fixture.succeedAll(executor);

        assertThat(fixture.ended()).hasSize(1);
        assertThat(fixture.scheduler.view().taskSets()).isEmpty();
    }

    @Test
    void whenNothingRunsItSaysWhy() {
        fixture.executor("executor-1", "host-a", 1);
        fixture.leased("executor-2", "host-b", Resources.cpus(4));
        fixture.tell(submit(tasks(1, 3, set -> set.perTask(Resources.cpus(2)))));
        fixture.advance(Duration.ofSeconds(15));
        assertThat(fixture.commanded(BackendCommand.Explain.class)).hasSize(1);
        fixture.tell(
                new BackendEvent.Explained(
                        new WhyNot("3 tasks", "2 leases", List.of(new WhyNot.Refusal("quota reached", 7)))));

        assertThat(fixture.heard(SchedulingEvent.NothingRuns.class))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.why())
                                .contains(
                                        "3 tasks of {cpus 2} wait (stage-1.0 (count) of job-0); none is with"
                                                + " executors.")
                                .contains("executor-1): too small: a task takes cpus 2, the lease has 1")
                                .contains("executor-2): not registered yet (lease granted 15 s ago)")
                                .contains("quota reached (7×)")
                                .contains("What to do:"));
    }

    @Test
    void whatIsToBeDoneAboutAClusterIsLeftToWhatIsKnownOfIt() {
        String general = "see whether the cluster has free resources";
        assertThat(explainedBy(new WhyNot("1", "0", List.of()))).contains(general);
        assertThat(explainedBy(new WhyNot("1", "0", List.of(new WhyNot.Refusal("quota reached", 7)))))
                .contains("quota reached")
                .doesNotContain(general);
        fixture.tell(new BackendEvent.Disconnected("h:1: nothing listens there"));
        assertThat(explainedBy(new WhyNot("1", "0", List.of())))
                .contains("The cluster does not answer: h:1: nothing listens there.")
                .doesNotContain(general);
    }

    private String explainedBy(WhyNot backend) {
        fixture.tell(new SchedulingRequest.Explain(), new BackendEvent.Explained(backend));
        return fixture.heard(SchedulingEvent.Explained.class).getLast().text();
    }

    @Test
    void aQuestionIsAnsweredEvenIfTheBackendIsSilent() {
        fixture.tell(new SchedulingRequest.Explain()).advance(Duration.ofSeconds(3));

        assertThat(fixture.heard(SchedulingEvent.Explained.class))
                .singleElement()
                .satisfies(event ->
                        assertThat(event.text()).contains("No task waits.").contains("The backend did not answer."));
    }
}
