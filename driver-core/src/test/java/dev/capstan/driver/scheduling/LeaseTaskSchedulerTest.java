package dev.capstan.driver.scheduling;

import static dev.capstan.driver.scheduling.TaskSchedulerFixture.stage;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.submit;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskOutcome;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class LeaseTaskSchedulerTest {
    private final TaskSchedulerFixture fixture = new TaskSchedulerFixture();

    @Test
    void tasksAreSentInOneMessageWithTheCodeOfTheirStageFirst() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 5)));

        assertThat(executor.messages).hasSize(2);
        assertThat(executor.messages.getLast().orders())
                .hasExactlyElementsOfTypes(ExecutorOrder.InstallStage.class, ExecutorOrder.RunTasks.class);
        assertThat(executor.partitions()).containsExactly(0, 1);
        assertThat(fixture.set(stage(1)).waiting()).isEqualTo(3);
    }

    @Test
    void aSetIsOverWhenEachPartitionSucceeded() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 5)));
        for (int round = 0; round < 3; round++) {
            fixture.succeedAll(executor);
        }

        assertThat(fixture.ended()).hasSize(5).allMatch(task -> task.outcome() instanceof TaskOutcome.Succeeded);
        assertThat(fixture.scheduler.view().taskSets()).isEmpty();
        assertThat(executor.installed).isEmpty();
    }

    @Test
    void earlierJobsGoFirst() {
        fixture.tell(submit(tasks(2, 2, set -> set.job(2))), submit(tasks(1, 2, set -> set.job(1))));
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 3);

        assertThat(fixture.set(stage(1)).running()).isEqualTo(2);
        assertThat(fixture.set(stage(2)).running()).isEqualTo(1);
        assertThat(executor.tasks).hasSize(3);
    }

    @Test
    void tasksGoRoundTheLeastLoadedExecutors() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 2);
        FakeExecutor two = fixture.executor("executor-2", "host-b", 2);
        FakeExecutor three = fixture.executor("executor-3", "host-c", 2);
        fixture.tell(submit(tasks(1, 3)));

        assertThat(one.tasks).hasSize(1);
        assertThat(two.tasks).hasSize(1);
        assertThat(three.tasks).hasSize(1);
    }

    @Test
    void aFailedTaskIsTriedAtAnotherExecutor() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 1)));
        FakeExecutor two = fixture.executor("executor-2", "host-b", 1);
        fixture.report(one, one.fails(one.taskOf(0), "boom"));

        assertThat(one.tasks).isEmpty();
        assertThat(two.partitions()).containsExactly(0);
        assertThat(fixture.ended()).singleElement().matches(task -> task.willRetry());
    }

    @Test
    void aTaskThatFailsTooOftenAbortsItsSetWithItsWholeHistory() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 2)));
        for (int attempt = 0; attempt < 4; attempt++) {
            fixture.report(executor, executor.fails(executor.taskOf(0), "boom " + attempt));
        }

        assertThat(fixture.heard(SchedulingEvent.TaskSetAborted.class))
                .singleElement()
                .satisfies(aborted -> {
                    assertThat(aborted.reason())
                            .contains("partition 0 of stage-1.0 (count) failed 4 times")
                            .contains("attempt 0 at executor-1 on host-a:" + " java.lang.IllegalStateException: boom 0")
                            .contains("attempt 3 at executor-1 on host-a:" + " java.lang.IllegalStateException: boom 3")
                            .contains("at user.Code.run(Code.java:1)");
                });
        assertThat(fixture.ended().getLast().willRetry()).isFalse();
        assertThat(executor.killOrdered).containsExactly(executor.taskOf(1));
        assertThat(fixture.scheduler.view().taskSets()).isEmpty();
        assertThat(fixture.line(executor).held().milliCpus()).as("until it says that it ended").isEqualTo(1000);
    }

    @Test
    void aFailureThatWouldBeTheSameEverywhereAbortsItsSetAtOnce() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 2)));
        var failure = new Failure("NotAllowed", "class com.acme.Order may not travel", "", true);
        fixture.report(
                executor, executor.ends(executor.taskOf(0), new TaskOutcome.Failed(failure), Duration.ofMillis(20)));

        assertThat(fixture.heard(SchedulingEvent.TaskSetAborted.class))
                .singleElement()
                .satisfies(aborted ->
                        assertThat(aborted.reason())
                                .isEqualTo(
                                        "NotAllowed: class com.acme.Order may not travel\n"
                                                + "partition 0 of stage-1.0 (count) failed for good"));
        assertThat(fixture.ended()).singleElement().matches(task -> !task.willRetry());
        assertThat(fixture.scheduler.view().taskSets()).isEmpty();
    }

    @Test
    void tasksOfALostExecutorAreTriedElsewhere() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 2)));
        FakeExecutor two = fixture.executor("executor-2", "host-b", 2);
        fixture.lose(one, LossReason.HOST_UNREACHABLE).lose(one, LossReason.HOST_UNREACHABLE);

        assertThat(two.partitions()).containsExactlyInAnyOrder(0, 1);
        assertThat(fixture.ended()).hasSize(2).allMatch(task -> task.outcome() instanceof TaskOutcome.ExecutorLost);
        assertThat(fixture.heard(SchedulingEvent.ExecutorGone.class)).hasSize(1);
    }

    @Test
    void aTaskUnderWhichExecutorsAreKilledAgainAndAgainFailsInTheEnd() {
        fixture.tell(submit(tasks(1, 1)));
        int killed = 0;
        while (fixture.heard(SchedulingEvent.TaskSetAborted.class).isEmpty() && killed < 100) {
            FakeExecutor executor = fixture.executor("executor-" + killed++, "host-a", 1);
            assertThat(executor.partitions()).containsExactly(0);
            fixture.lose(executor, LossReason.KILLED);
        }
        assertThat(killed).as("8 are forgiven, 4 count").isEqualTo(12);
        assertThat(fixture.heard(SchedulingEvent.TaskSetAborted.class))
                .singleElement()
                .satisfies(aborted -> assertThat(aborted.reason()).contains("failed 4 times", "executor lost: killed"));
    }

    @Test
    void aTaskWhoseExecutorsAreTakenAwayIsTriedForEver() {
        fixture.tell(submit(tasks(1, 1)));
        for (int taken = 0; taken < 100; taken++) {
            FakeExecutor executor = fixture.executor("executor-" + taken, "host-a", 1);
            assertThat(executor.partitions()).containsExactly(0);
            fixture.lose(executor, LossReason.PREEMPTED);
        }
    }

    @Test
    void aLateWordOfALostExecutorIsAnsweredWithShutdownAndChangesNothing() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 1)));
        fixture.lose(one, LossReason.HOST_UNREACHABLE);
        int heard = fixture.dag.size();
        fixture.report(one, one.succeeds(one.taskOf(0)));

        assertThat(one.shutDown).isTrue();
        assertThat(fixture.dag).hasSize(heard);
        assertThat(fixture.set(stage(1)).waiting()).isEqualTo(1);
    }

    @Test
    void whatIsWantedBeyondTheLeasesIsToldAtOnce() {
        fixture.tell(submit(tasks(1, 7)));

        assertThat(fixture.commanded(BackendCommand.Desire.class))
                .singleElement()
                .satisfies(desire ->
                        assertThat(desire.demand().wanted()).singleElement().matches(wanted -> wanted.tasks() == 7));
    }
}
