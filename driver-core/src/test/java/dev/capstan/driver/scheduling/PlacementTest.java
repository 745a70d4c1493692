package dev.capstan.driver.scheduling;

import static dev.capstan.driver.scheduling.TaskSchedulerFixture.stage;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.submit;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class PlacementTest {
    private TaskSchedulerFixture fixture = new TaskSchedulerFixture();

    // ---- locality ----

    @Test
    void tasksGoWhereTheirDataIs() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 2);
        FakeExecutor two = fixture.executor("executor-2", "host-b", 2);
        fixture.tell(
                submit(
                        tasks(
                                1,
                                4,
                                set ->
                                        set.preferring(
                                                Map.of(
                                                        0, List.of(new Preference.OnHost("host-b")),
                                                        1, List.of(new Preference.OnHost("host-a")),
                                                        2, List.of(new Preference.OnExecutor(two.id, two.host)),
                                                        3, List.of(new Preference.OnHost("host-a")))))));

        assertThat(one.partitions()).containsExactlyInAnyOrder(1, 3);
        assertThat(two.partitions()).containsExactlyInAnyOrder(0, 2);
    }

    @Test
    void aSetWaitsForItsPlacesAtMostAsLongAsItMay() {
        fixture.executor("executor-1", "host-a", 1);
        FakeExecutor two = fixture.executor("executor-2", "host-b", 1);
        fixture.tell(submit(tasks(1, 2, set -> set.allPreferring(new Preference.OnHost("host-a")))));
        assertThat(two.tasks).isEmpty();

        fixture.advance(Duration.ofMillis(500));
        assertThat(two.tasks).isEmpty();
        fixture.advance(Duration.ofMillis(2600));
        assertThat(two.partitions()).containsExactly(1);
    }

    @Test
    void aSetDoesNotWaitIfTheBacklogAtItsPlacesTakesLonger() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 1);
        FakeExecutor two = fixture.executor("executor-2", "host-b", 4);
        fixture.tell(submit(tasks(1, 40, set -> set.allPreferring(new Preference.OnHost("host-a")))));
        assertThat(two.tasks).isEmpty();

        fixture.advance(Duration.ofMillis(200));
        fixture.report(one, one.ends(one.taskOf(0), new TaskOutcome.MapOutput(1), Duration.ofMillis(200)));
        assertThat(two.tasks).as("39 tasks of 200 ms are not done in 3 s").hasSize(4);
    }

    @Test
    void aSetDoesNotWaitForPlacesThatAreGone() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 1, set -> set.allPreferring(new Preference.OnHost("host-x")))));

        assertThat(one.partitions()).containsExactly(0);
    }

    @Test
    void launchesDoNotMakeASetWaitAnew() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 1);
        FakeExecutor two = fixture.executor("executor-2", "host-b", 1);
        fixture.tell(submit(tasks(1, 6, set -> set.allPreferring(new Preference.OnHost("host-a")))));
        for (int i = 0; i < 4; i++) {
            fixture.advance(Duration.ofMillis(800));
            fixture.report(one, one.ends(one.taskIds().getFirst(), new TaskOutcome.MapOutput(1), Duration.ofMillis(1)));
        }

        assertThat(two.tasks).hasSize(1);
    }

    // ---- queues ----

    private FakeExecutor shortTasks(FakeExecutor executor, int partitions) {
        fixture.tell(submit(tasks(1, partitions)));
        fixture.tell(
                executor.reports(
                        executor.taskIds().stream()
                                .map(task ->
                                        executor.ends(task, new TaskOutcome.MapOutput(1), Duration.ofNanos(100_000)))
                                .toList()));
        return executor;
    }

    @Test
    void shortTasksQueueAheadAndHoldNoCores() {
        FakeExecutor executor = shortTasks(fixture.executor("executor-1", "host-a", 2), 100);

        assertThat(fixture.line(executor).tasks()).as("2 run, 20 of 100 µs queue at each slot").isEqualTo(42);
        assertThat(fixture.line(executor).queued()).isEqualTo(40);
        assertThat(fixture.line(executor).held()).isEqualTo(Resources.cpus(2));
    }

    @Test
    void longTasksDoNotQueue() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 100)));
        fixture.succeedAll(executor);

        assertThat(executor.tasks).hasSize(2);
    }

    @Test
    void queuedTasksAreCalledBackWhenOthersIdle() {
        FakeExecutor one = shortTasks(fixture.executor("executor-1", "host-a", 2), 10);
        FakeExecutor two = fixture.executor("executor-2", "host-b", 2);
        assertThat(fixture.line(one).queued()).isEqualTo(6);
        fixture.advance(Duration.ofMillis(10));

        assertThat(one.orders(ExecutorOrder.ReturnTasks.class))
                .containsExactly(new ExecutorOrder.ReturnTasks(stage(1), 2));
        fixture.report(one, one.returns(one.taskIds().subList(6, 8)));
        assertThat(two.tasks).hasSize(2);
        assertThat(fixture.line(one).queued()).isEqualTo(4);
    }

    @Test
    void aSetThatGoesFirstDoesNotWaitForQueuesToBeFilledAgain() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(5, 1000, set -> set.job(5))));
        fixture.report(
                executor, executor.ends(executor.taskOf(0), new TaskOutcome.MapOutput(1), Duration.ofNanos(500_000)));
        int queued = executor.tasks.size();
        assertThat(queued).isGreaterThan(2);
        fixture.tell(submit(tasks(1, 1, set -> set.job(1))));
        for (int i = 0; i < queued; i++) {
            fixture.report(
                    executor,
                    executor.ends(
                            executor.taskIds().getFirst(), new TaskOutcome.MapOutput(1), Duration.ofNanos(500_000)));
        }

        assertThat(fixture.set(stage(1)).running()).isEqualTo(1);
    }

    // ---- barrier ----

    @Test
    void aBarrierSetRunsWholeOrNotAtAllAndHoldsBackThoseBehindIt() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 3);
        fixture.tell(submit(tasks(1, 2)));
        fixture.tell(submit(tasks(2, 3, set -> set.job(2).barrier())), submit(tasks(3, 1, set -> set.job(3))));
        assertThat(executor.tasks).hasSize(2);

        fixture.report(executor, executor.succeeds(executor.taskOf(0)));
        assertThat(executor.tasks).hasSize(1);
        fixture.report(executor, executor.succeeds(executor.taskOf(1)));
        assertThat(fixture.set(stage(2)).running()).isEqualTo(3);
        assertThat(fixture.set(stage(3)).waiting()).isEqualTo(1);
    }

    @Test
    void oneFailureRunsABarrierSetAnewAndNoSuccessIsToldTwice() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 2, set -> set.barrier())));
        fixture.report(executor, executor.succeeds(executor.taskOf(0)));
        assertThat(fixture.ended()).isEmpty();
        fixture.report(executor, executor.fails(executor.taskOf(1), "boom"));
        assertThat(fixture.set(stage(1)).running()).isEqualTo(2);
        fixture.succeedAll(executor);

        assertThat(fixture.ended())
                .hasSize(3)
                .filteredOn(task -> task.outcome() instanceof TaskOutcome.Succeeded)
                .extracting(task -> task.partition())
                .containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void aBarrierSetLargerThanTheClusterFailsAfterAWhileAndSaysSo() {
        fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 3, set -> set.barrier())));
        fixture.advanceAlive(Duration.ofSeconds(130));

        assertThat(fixture.heard(SchedulingEvent.TaskSetAborted.class))
                .singleElement()
                .satisfies(aborted ->
                        assertThat(aborted.reason())
                                .contains("needs 3 tasks of {cpus 1} to run at once")
                                .contains("never had more than 2 slots"));
    }

    @Test
    void aBarrierSetIsNotTooLargeForAClusterWhoseFirstExecutorHasNotComeYet() {
        fixture.tell(submit(tasks(1, 2, set -> set.barrier())), submit(tasks(2, 3, set -> set.job(2).barrier())));
        fixture.advance(Duration.ofSeconds(600));
        assertThat(fixture.heard(SchedulingEvent.TaskSetAborted.class)).isEmpty();
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 2);
        assertThat(fixture.set(stage(1)).running()).isEqualTo(2);
        fixture.advanceAlive(Duration.ofSeconds(119));
        assertThat(fixture.heard(SchedulingEvent.TaskSetAborted.class)).isEmpty();
        fixture.succeedAll(executor);
        fixture.advanceAlive(Duration.ofSeconds(10));
        assertThat(fixture.heard(SchedulingEvent.TaskSetAborted.class))
                .singleElement()
                .satisfies(aborted -> assertThat(aborted.reason()).contains("needs 3 tasks", "more than 2 slots"));
    }

    // ---- exclusion ----

    @Test
    void anExecutorAtWhichTwoTasksFailedGetsNoMoreOfTheStage() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 4);
        FakeExecutor two = fixture.executor("executor-2", "host-b", 1);
        fixture.tell(submit(tasks(1, 8)));
        var failures = new ArrayList<ExecutorReport>();
        one.taskIds().subList(0, 2).forEach(task -> failures.add(one.fails(task, "disk")));
        fixture.tell(one.reports(failures));

        assertThat(one.tasks).hasSize(2);
        assertThat(two.tasks).hasSize(1);
        assertThat(fixture.scheduler.view().exclusions())
                .singleElement()
                .matches(line -> line.what().equals("executor-1") && line.forWhom().equals("stage-1.0"));
    }

    @Test
    void exclusionOfTheOnlyExecutorIsLifted() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 2)));
        fixture.report(one, one.fails(one.taskOf(0), "disk"), one.fails(one.taskOf(1), "disk"));

        assertThat(one.partitions()).containsExactlyInAnyOrder(0, 1);
    }

    /** One of two executors with two cores each; the application leaves it out, because two tasks failed there. */
    private FakeExecutor excludedOfTwo() {
        FakeExecutor one = fixture.executor("executor-1", "host-a", 2);
        FakeExecutor two = fixture.executor("executor-2", "host-b", 2);
        fixture.tell(submit(tasks(1, 4)));
        fixture.report(one, one.fails(one.taskIds().get(0), "disk"), one.fails(one.taskIds().get(0), "disk"));
        fixture.succeedAll(two).succeedAll(two);
        assertThat(fixture.line(one).takesTasks()).isFalse();
        return one;
    }

    @Test
    void failuresOfStagesThatSucceededExcludeTheExecutorForTheApplicationUntilTheyExpire() {
        FakeExecutor one = excludedOfTwo();
        assertThat(fixture.scheduler.view().taskSets()).isEmpty();
        assertThat(fixture.line(one).takesTasks()).isFalse();
        assertThat(fixture.scheduler.view().exclusions())
                .singleElement()
                .matches(line -> line.why().contains("for another 1 h"));

        fixture.advanceAlive(Duration.ofMinutes(61));
        assertThat(fixture.line(one).takesTasks()).isTrue();
    }

    @Test
    void anExclusionIsNotLiftedForTasksThatWouldNotFitThereEither() {
        FakeExecutor one = excludedOfTwo();

        fixture.tell(submit(tasks(2, 1, set -> set.perTask(Resources.cpus(3)))));
        assertThat(fixture.line(one).takesTasks()).isFalse();
    }

    @Test
    void anExclusionThatLeavesTooLittleForABarrierSetIsLifted() {
        FakeExecutor one = excludedOfTwo();

        fixture.tell(submit(tasks(2, 5, set -> set.job(2).barrier())));
        assertThat(fixture.line(one).takesTasks()).as("lifting would not help").isFalse();

        fixture.tell(submit(tasks(3, 4, set -> set.job(3).barrier())));
        assertThat(fixture.set(stage(3)).running()).isEqualTo(4);
    }

    // ---- speculation ----

    @Test
    void aSlowTaskRunsASecondTimeOnAnotherHostAndTheLoserIsKilled() {
        SchedulingConfig d = SchedulingConfig.defaults();
        fixture =
                new TaskSchedulerFixture(
                        new SchedulingConfig(
                                d.mode(),
                                d.pools(),
                                4,
                                d.localityWait(),
                                d.heartbeatInterval(),
                                d.heartbeatTimeout(),
                                d.registrationTimeout(),
                                d.starvationAfter(),
                                d.unplaceableAfter(),
                                d.demandInterval(),
                                d.queueAhead(),
                                d.exclusion(),
                                new SchedulingConfig.Speculation(
                                        true, Duration.ofMillis(100), 0.9, 3, Duration.ofMillis(100))));
        FakeExecutor one = fixture.executor("executor-1", "host-a", 10);
        fixture.tell(submit(tasks(1, 10)));
        FakeExecutor neighbour = fixture.executor("executor-2", "host-a", 4);
        FakeExecutor other = fixture.executor("executor-3", "host-b", 1);
        for (int partition = 0; partition < 9; partition++) {
            fixture.report(one, one.succeeds(one.taskOf(partition)));
        }
        fixture.advance(Duration.ofSeconds(5));
        assertThat(other.tasks).as("nothing is known of its run time").isEmpty();
        fixture.tell(one.unnumbered(one.heartbeat(Duration.ofSeconds(5)))).advance(Duration.ofMillis(200));

        assertThat(neighbour.tasks).isEmpty();
        assertThat(other.partitions()).containsExactly(9);
        fixture.report(other, other.succeeds(other.taskOf(9)));
        assertThat(one.killOrdered).containsExactly(one.taskOf(9));
        assertThat(fixture.scheduler.view().taskSets()).isEmpty();
    }

    // ---- fair ----

    @Test
    void poolsShareByWeight() {
        SchedulingConfig d = SchedulingConfig.defaults();
        fixture =
                new TaskSchedulerFixture(
                        new SchedulingConfig(
                                SchedulingConfig.OrderMode.FAIR,
                                PoolFile.parse("pool a weight=3"),
                                4,
                                d.localityWait(),
                                d.heartbeatInterval(),
                                d.heartbeatTimeout(),
                                d.registrationTimeout(),
                                d.starvationAfter(),
                                d.unplaceableAfter(),
                                d.demandInterval(),
                                d.queueAhead(),
                                d.exclusion(),
                                d.speculation()));
        fixture.tell(submit(tasks(1, 20, set -> set.pool("b"))), submit(tasks(2, 20, set -> set.pool("a"))));
        fixture.executor("executor-1", "host-a", 8);

        assertThat(fixture.set(stage(1)).running()).isEqualTo(2);
        assertThat(fixture.set(stage(2)).running()).isEqualTo(6);
    }

    // ---- resources ----

    @Test
    void tasksGoOnlyWhereTheirResourcesAre() {
        FakeExecutor plain = fixture.executor("executor-1", "host-a", 8);
        FakeExecutor gpu = fixture.executor("executor-2", "host-b", new Resources(4000, 0, Map.of("gpu", 2000L)));
        fixture.tell(submit(tasks(1, 5, set -> set.perTask(new Resources(500, 0, Map.of("gpu", 1000L))))));

        assertThat(plain.tasks).isEmpty();
        assertThat(gpu.tasks).hasSize(2);
        assertThat(fixture.line(gpu).held()).isEqualTo(new Resources(1000, 0, Map.of("gpu", 2000L)));
    }

    @Test
    void aLeaseThatGrowsTakesMoreAndOneThatEndsTakesNone() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 1);
        fixture.tell(submit(tasks(1, 5)));
        fixture.tell(new BackendEvent.Changed(TaskSchedulerFixture.lease(executor, Resources.cpus(3))));
        assertThat(executor.tasks).hasSize(3);
        fixture.tell(new BackendEvent.Ending(executor.lease, Duration.ofSeconds(30), "maintenance"));
        fixture.succeedAll(executor);

        assertThat(executor.tasks).isEmpty();
        assertThat(executor.orders(ExecutorOrder.Drain.class)).hasSize(1);
        fixture.lose(executor, LossReason.DRAINED);
        assertThat(fixture.heard(SchedulingEvent.ExecutorGone.class)).hasSize(1);
    }

    @Test
    void heldSetsLaunchNothingMoreAndWhatRunsIsNotRetried() {
        FakeExecutor executor = fixture.executor("executor-1", "host-a", 2);
        fixture.tell(submit(tasks(1, 5)));
        fixture.tell(new SchedulingRequest.HoldTasks(stage(1)));
        assertThat(fixture.heard(SchedulingEvent.TasksHeld.class))
                .singleElement()
                .matches(held -> held.partitions().equals(List.of(2, 3, 4)));
        fixture.report(executor, executor.fails(executor.taskOf(0), "boom"), executor.succeeds(executor.taskOf(1)));

        assertThat(fixture.ended()).extracting(task -> task.willRetry()).containsExactly(false, false);
        assertThat(executor.tasks).isEmpty();
        assertThat(fixture.scheduler.view().taskSets()).isEmpty();
    }
}
