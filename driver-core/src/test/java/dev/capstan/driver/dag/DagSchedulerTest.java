package dev.capstan.driver.dag;

import static dev.capstan.driver.dag.DagFixture.A;
import static dev.capstan.driver.dag.DagFixture.B;
import static dev.capstan.driver.dag.DagFixture.map;
import static dev.capstan.driver.dag.DagFixture.plan;
import static dev.capstan.driver.dag.DagFixture.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.backend.ClusterFault;
import dev.capstan.driver.dag.JobEvent.Ending;
import dev.capstan.driver.scheduling.SchedulingEvent;
import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.driver.scheduling.TaskSet;
import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.AccumulatorId;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.TaskOutcome;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

class DagSchedulerTest {
    private final DagFixture f = new DagFixture();

    @Test
    void parentsRunFirstAndTheJobEndsWithItsLastResult() {
        JobId job = f.submit(result(2, map(1, 3)));
        TaskSet maps = only(f.submitted());
        assertThat(maps.name()).isEqualTo("map-1");
        assertThat(maps.partitions()).containsExactly(0, 1, 2);

        f.finish(maps, A);
        TaskSet results = only(f.submitted());
        assertThat(results.inputs().get(0).locations()).containsExactly(A, A, A);

        f.finish(results, 1, B);
        assertThat(f.ended()).isEmpty();
        f.finish(results, 0, B);
        assertThat(f.results(job)).containsExactly(1, 0);
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Succeeded());
        assertThat(f.dag.view().jobs()).isEmpty();
    }

    @Test
    void whatIsKeptIsCountedAsExecutorsReportItAndNoMoreOnceTheyAreGone() {
        var dataset = new DatasetId(7);
        var first = new BlockId.CachedPartition(dataset, 0);
        var second = new BlockId.CachedPartition(dataset, 1);
        f.tell(
                new SchedulingEvent.BlocksChanged(
                        A,
                        "host-a",
                        List.of(
                                new KeptBlock(first, 100, 0, StorageLevel.MEMORY_ONLY),
                                new KeptBlock(second, 10, 0, StorageLevel.MEMORY_ONLY)),
                        List.of()),
                new SchedulingEvent.BlocksChanged(
                        B, "host-b", List.of(new KeptBlock(first, 100, 0, StorageLevel.MEMORY_ONLY)), List.of()));
        assertThat(f.dag.view().cached()).containsExactly(cached(dataset, 2, 3, 210, 0));
        f.tell(
                new SchedulingEvent.BlocksChanged(
                        A, "host-a", List.of(new KeptBlock(first, 0, 40, StorageLevel.MEMORY_AND_DISK)), List.of()));
        assertThat(f.dag.view().cached()).as("one has moved to disk").containsExactly(cached(dataset, 2, 3, 110, 40));
        f.tell(new SchedulingEvent.BlocksChanged(A, "host-a", List.of(), List.of(second)));
        assertThat(f.dag.view().cached()).containsExactly(cached(dataset, 1, 2, 100, 40));
        f.tell(new SchedulingEvent.ExecutorGone(B, "lost"));
        assertThat(f.dag.view().cached()).containsExactly(cached(dataset, 1, 1, 0, 40));
        f.tell(new DagMessage.ForgetDataset(dataset));
        assertThat(f.dag.view().cached()).isEmpty();
    }

    private static DagView.CacheLine cached(DatasetId dataset, int partitions, int copies, long memory, long disk) {
        return new DagView.CacheLine(dataset, partitions, copies, memory, disk);
    }

    @Test
    void jobsThatEndedAreRememberedWithTheirEndingsAndTheOldestAreForgotten() {
        for (int job = 0; job < 250; job++) {
            f.tell(new DagMessage.CancelJob(f.submit(result(1)), "no more"));
        }
        f.tell(new DagMessage.TellStatus());
        DagView told = ((JobEvent.StatusTold) f.told.getLast()).view();
        assertThat(told.jobs()).isEmpty();
        assertThat(told.ended()).hasSize(200);
        assertThat(told.ended().getFirst().job()).isEqualTo(new JobId(50));
        assertThat(told.ended().getLast().ending()).isEqualTo(new Ending.Cancelled("no more"));
    }

    @Test
    void independentParentsAreSubmittedAtOnce() {
        f.submit(result(1, map(1, 1), map(2, 1)));
        assertThat(f.submitted()).extracting(TaskSet::name).containsExactlyInAnyOrder("map-1", "map-2");
    }

    @Test
    void aStageWithTwoChildrenRunsOnce() {
        StagePlan shared = map(1, 1);
        f.submit(result(1, map(2, 1, shared), map(3, 1, shared)));
        assertThat(f.submitted()).extracting(TaskSet::name).containsExactly("map-1");
    }

    @Test
    void mapOutputsAreUsedAgainByALaterJob() {
        StagePlan shared = map(1, 2);
        f.submit(result(1, shared));
        f.finish(only(f.submitted()), A);
        f.finish(only(f.submitted()), A);

        f.submit(result(1, shared));
        assertThat(only(f.submitted()).name()).isEqualTo("result");
        assertThat(f.told).contains(new JobEvent.JobStarted(new JobId(1), "test", 2, 1));
    }

    @Test
    void onlyTheLostMapOutputIsComputedAgain() {
        f.submit(result(2, map(1, 3)));
        TaskSet maps = only(f.submitted());
        f.finish(maps, 0, A);
        f.finish(maps, 1, B);
        f.finish(maps, 2, A);
        TaskSet results = only(f.submitted());

        f.fetchFails(results, 0, 1, 1, B);
        assertThat(f.requested).containsExactly(new SchedulingRequest.HoldTasks(results.stage()));
        f.requested.clear();
        f.tell(new SchedulingEvent.TasksHeld(results.stage(), List.of(1)));
        assertThat(f.submitted()).as("news of more losses may come").isEmpty();

        f.resubmit();
        TaskSet again = only(f.submitted());
        assertThat(again.partitions()).containsExactly(1);
        f.finish(again, A);
        TaskSet retried = only(f.submitted());
        assertThat(retried.partitions()).containsExactly(0, 1);
        assertThat(retried.inputs().get(0).locations()).containsExactly(A, A, A);
        f.finish(retried, A);
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Succeeded());
    }

    @Test
    void whatStillRunsOfAHeldAttemptIsNotSubmittedTwice() {
        f.submit(result(2, map(1, 1)));
        f.finish(only(f.submitted()), B);
        TaskSet results = only(f.submitted());
        f.tell(new SchedulingEvent.ExecutorGone(B, "crashed"));
        assertThat(f.requested).containsExactly(new SchedulingRequest.HoldTasks(results.stage()));
        f.requested.clear();
        f.tell(new SchedulingEvent.TasksHeld(results.stage(), List.of(1)));
        f.resubmit();
        f.finish(only(f.submitted()), A);

        TaskSet rest = only(f.submitted());
        assertThat(rest.partitions()).as("partition 0 runs on in the held attempt").containsExactly(1);
        f.finish(results, 0, A);
        f.finish(rest, 1, A);
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Succeeded());
    }

    @Test
    void aTaskOfAHeldAttemptThatFailsIsTakenUpByANewOne() {
        f.submit(result(2, map(1, 1)));
        f.finish(only(f.submitted()), A);
        TaskSet results = only(f.submitted());
        f.fetchFails(results, 0, 1, 0, A);
        f.tell(new SchedulingEvent.TasksHeld(results.stage(), List.of()));
        f.resubmit();
        f.requested.clear();
        f.fails(results, 1, false);
        TaskSet maps =
                new TaskSet(
                        new dev.capstan.engine.id.StageAttempt(new StageId(1), 1),
                        new JobId(0),
                        "map-1",
                        "default",
                        results.code(),
                        List.of(),
                        new int[] {0},
                        TaskSet.Tasks.PLAIN,
                        results.perTask(),
                        false);
        f.finish(maps, A);
        assertThat(only(f.submitted()).partitions()).containsExactly(0, 1);
    }

    @Test
    void aLostExecutorTakesAllItsMapOutputsWithIt() {
        f.submit(result(1, map(1, 4)));
        TaskSet maps = only(f.submitted());
        f.finish(maps, 0, A);
        f.finish(maps, 1, B);
        f.finish(maps, 2, B);
        f.tell(new SchedulingEvent.ExecutorGone(B, "crashed"));
        f.finish(maps, 3, A);
        assertThat(f.submitted()).isEmpty();
        f.resubmit();
        assertThat(only(f.submitted()).partitions()).containsExactly(1, 2);
    }

    @Test
    void aBarrierStageThatHasLostAnOutputRunsWhollyAgain() {
        f.submit(result(1, barrier(map(1, 3))));
        TaskSet maps = only(f.submitted());
        assertThat(maps.barrier()).isTrue();
        f.finish(maps, 0, A);
        f.finish(maps, 1, B);
        f.finish(maps, 2, A);
        TaskSet results = only(f.submitted());
        f.tell(new SchedulingEvent.ExecutorGone(B, "crashed"));
        f.tell(new SchedulingEvent.TasksHeld(results.stage(), List.of(0)));
        f.resubmit();
        TaskSet again = only(f.submitted());
        assertThat(again.partitions()).containsExactly(0, 1, 2);
        f.finish(again, A);
        assertThat(only(f.submitted()).inputs().get(0).locations()).containsOnly(A);
    }

    private static StagePlan barrier(StagePlan plan) {
        return new StagePlan(
                plan.name(), plan.writes(), plan.partitions(), plan.code(), plan.inputs(), plan.perTask(), true);
    }

    @Test
    void aMapOutputReportedByAnExecutorThatIsGoneIsNotBelieved() {
        f.submit(result(1, map(1, 1)));
        TaskSet maps = only(f.submitted());
        f.tell(new SchedulingEvent.ExecutorGone(B, "crashed"));
        f.finish(maps, 0, B);
        TaskSet again = only(f.submitted());
        assertThat(again.name()).isEqualTo("map-1");
    }

    @Test
    void aStageThatCannotReadItsInputsAgainAndAgainFailsItsJob() {
        f.submit(result(1, map(1, 1)));
        for (int attempt = 0; attempt < 4; attempt++) {
            f.finish(only(f.submitted()), A);
            TaskSet results = only(f.submitted());
            f.fetchFails(results, 0, 1, 0, A);
            f.requested.clear();
            f.tell(new SchedulingEvent.TasksHeld(results.stage(), List.of()));
            f.resubmit();
        }
        Ending ending = only(f.ended()).ending();
        assertThat(ending).isInstanceOf(Ending.Failed.class);
        assertThat(((Ending.Failed) ending).reason())
                .contains("could not read its inputs in 4 attempts", "map output 0 of shuffle-1 from a", "gone");
    }

    /** Each reads what the other one's host wrote, and meets its loss a little after the other has begun anew. */
    @Test
    void tasksWhoseAttemptsAreHeldByEachOthersLossesDoNotTryForEver() {
        f.submit(result(2, map(1, 2)));
        TaskSet maps = only(f.submitted());
        f.finish(maps, 0, A);
        f.finish(maps, 1, B);
        TaskSet older = only(f.submitted());
        TaskSet newer = loseAndTryAgain(older, 0);
        int failures = 1;
        while (f.ended().isEmpty() && failures < 2 * DagConfig.defaults().maxFruitlessAttempts()) {
            TaskSet newest = loseAndTryAgain(older, failures % 2);
            older = newer;
            newer = newest;
            failures++;
        }
        assertThat(f.ended()).as("after %d failures", failures).hasSize(1);
        assertThat(((Ending.Failed) only(f.ended()).ending()).reason())
                .contains("could not read its inputs in 4 attempts");
        assertThat(failures).as("two in each of three attempts, and the last").isEqualTo(7);
    }

    /** The attempt that computes the partition next, or the same one if there is none. */
    private TaskSet loseAndTryAgain(TaskSet attempt, int partition) {
        int map = 1 - partition;
        ExecutorId writer = map == 0 ? A : B;
        f.fetchFails(attempt, partition, 1, map, writer);
        f.resubmit();
        List<TaskSet> again = f.submitted();
        if (again.isEmpty()) {
            return attempt;
        }
        f.finish(only(again), writer);
        return only(f.submitted());
    }

    @Test
    void attemptsThatLoseInputsTogetherCountOnce() {
        f.submit(result(4, map(1, 1)));
        f.finish(only(f.submitted()), A);
        TaskSet results = only(f.submitted());
        for (int partition = 0; partition < 4; partition++) {
            f.fetchFails(results, partition, 1, 0, A);
            f.resubmit();
            for (TaskSet map : f.submitted()) {
                f.finish(map, A); // and it is found missing once more, by those who have asked long ago
            }
        }
        assertThat(f.ended()).isEmpty();
    }

    @Test
    void jobsThatWereCancelledDoNotUseUpTheAttemptsOfTheStagesTheyShared() {
        StagePlan shared = map(1, 1);
        for (int i = 0; i < DagConfig.defaults().maxAttempts() + 5; i++) {
            JobId job = f.submit(result(1, shared));
            assertThat(only(f.submitted()).name()).isEqualTo("map-1");
            f.tell(new DagMessage.CancelJob(job, "enough"));
            f.requested.clear();
        }
        assertThat(f.ended()).allMatch(ended -> ended.ending().equals(new Ending.Cancelled("enough")));
    }

    @Test
    void anAbortedTaskSetFailsEveryJobThatNeedsTheStage() {
        StagePlan shared = map(1, 1);
        f.submit(result(1, shared));
        TaskSet maps = only(f.submitted());
        f.submit(result(1, shared));
        f.tell(new SchedulingEvent.TaskSetAborted(maps.stage(), "failed 4 times"));
        assertThat(f.ended()).hasSize(2).allMatch(e -> e.ending().equals(new Ending.Failed("failed 4 times")));
    }

    @Test
    void aCancelledJobEndsAndItsTasksWithIt() {
        JobId job = f.submit(result(3, map(1, 1)));
        TaskSet maps = only(f.submitted());
        f.tell(new DagMessage.CancelJob(job, "enough"));
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Cancelled("enough"));
        assertThat(f.requested)
                .containsExactly(
                        new SchedulingRequest.CancelTasks(maps.stage(), false, "its job was cancelled: enough"));
        f.finish(maps, A);
        assertThat(f.ended()).hasSize(1);
    }

    @Test
    void aTaskWhoseCopyCouldNotReadItsInputIsCancelledWithItsJob() {
        JobId job = f.submit(result(1, map(1, 1)));
        f.finish(only(f.submitted()), A);
        TaskSet results = only(f.submitted());
        f.end(results, 0, B, new TaskOutcome.FetchFailed(new ShuffleId(1), 0, A, "gone"), true);
        f.requested.clear();
        f.tell(new DagMessage.CancelJob(job, "enough"));
        assertThat(f.requested)
                .containsExactly(
                        new SchedulingRequest.CancelTasks(results.stage(), false, "its job was cancelled: enough"));
    }

    @Test
    void aStageThatAnotherJobNeedsGoesOnWhenOneJobIsCancelled() {
        StagePlan shared = map(1, 1);
        JobId first = f.submit(result(1, shared));
        TaskSet maps = only(f.submitted());
        f.submit(result(1, shared));
        f.tell(new DagMessage.CancelJob(first, "enough"));
        assertThat(f.requested).isEmpty();
        f.finish(maps, A);
        assertThat(only(f.submitted()).job()).isEqualTo(new JobId(1));
    }

    @Test
    void groupsTagsAndStagesCancelWhatBelongsToThem() {
        f.tell(new DagMessage.SubmitJob(plan(new JobId(10), result(1), "red")));
        f.tell(new DagMessage.SubmitJob(plan(new JobId(11), result(1), "blue")));
        f.tell(new DagMessage.SubmitJob(plan(new JobId(12), result(1), "blue")));
        f.tell(new DagMessage.CancelGroup("red", "r"));
        assertThat(f.ended()).extracting(JobEvent.JobEnded::job).containsExactly(new JobId(10));
        f.tell(new DagMessage.CancelTag("tag-of-job-12", "t"));
        assertThat(f.ended()).extracting(JobEvent.JobEnded::job).containsExactly(new JobId(10), new JobId(12));
        f.tell(new DagMessage.CancelStage(new StageId(1), "s"));
        assertThat(f.ended()).hasSize(3);
    }

    @Test
    void aPartialJobComputesOnlyWhatItWants() {
        JobId job = f.submit(result(10), 7, 3);
        TaskSet set = only(f.submitted());
        assertThat(set.partitions()).containsExactly(3, 7);
        f.finish(set, A);
        assertThat(f.results(job)).containsExactly(1, 0);
    }

    @Test
    void aJobThatWantsNothingSucceedsAtOnce() {
        f.submit(result(0));
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Succeeded());
        assertThat(f.submitted()).isEmpty();
    }

    @Test
    void aPartitionThatIsReportedTwiceCountsOnce() {
        JobId job = f.submit(result(2));
        TaskSet set = only(f.submitted());
        f.finish(set, 0, A);
        f.finish(set, 0, B);
        assertThat(f.results(job)).containsExactly(0);
        assertThat(f.ended()).isEmpty();
    }

    @Test
    void resultsThatTakeTooMuchEndTheJobWithTheKeyToTurn() {
        var small = new DagFixture(new DagConfig(4, 100, Duration.ofMillis(1), 1, Duration.ofMillis(1)));
        small.submit(result(3));
        TaskSet set = only(small.submitted());
        small.finish(set, 0, A);
        small.finish(set, 1, A);
        assertThat(((Ending.Failed) only(small.ended()).ending()).reason())
                .endsWith(
                        " take 2 B with 1 of 3 partitions taken, more than the 1 B of capstan.driver.maxResultSize;"
                                + " collect less, save to files, or raise the limit");
    }

    @Test
    void aResultThatCouldNotBeFetchedAndIsComputedAgainCountsOnce() {
        var tight = new DagFixture(new DagConfig(4, 100, Duration.ofMillis(1), 1_000, Duration.ofMillis(1)));
        JobId job = tight.submit(result(1));
        var stored = new TaskOutcome.StoredResult(new BlockId.TaskResult(0), 600);
        tight.end(only(tight.submitted()), 0, A, stored, false);
        tight.tell(new DagMessage.ResultFetched(only(tight.fetches), null, "its executor is gone"));
        tight.fetches.clear();
        tight.end(only(tight.submitted()), 0, B, stored, false);
        assertThat(tight.ended()).isEmpty();
        tight.tell(new DagMessage.ResultFetched(only(tight.fetches), new byte[600], ""));
        assertThat(tight.results(job)).containsExactly(0);
        assertThat(only(tight.ended()).ending()).isEqualTo(new Ending.Succeeded());
    }

    private static List<AccumulatorUpdate> adding(int number) {
        return List.of(new AccumulatorUpdate(new AccumulatorId(number), "sum", new byte[] {1}));
    }

    @Test
    void whatTasksAddCountsOnceForEachPartitionOfAShuffleEvenIfItsOutputIsLost() {
        f.submit(result(1, map(1, 2)));
        TaskSet map = only(f.submitted());
        f.end(map, 0, A, new TaskOutcome.MapOutput(10, adding(1)), false);
        f.end(map, 1, B, new TaskOutcome.MapOutput(10, adding(1)), false);
        f.fetchFails(only(f.submitted()), 0, 1, 0, A);
        f.tell(new DagMessage.ResubmitStages());
        f.end(only(f.submitted()), 0, B, new TaskOutcome.MapOutput(10, adding(1)), false);
        f.end(only(f.submitted()), 0, B, new TaskOutcome.Result(new byte[] {0}, adding(2)), false);
        assertThat(f.told.stream().filter(JobEvent.AccumulatorsUpdated.class::isInstance))
                .extracting(event -> ((JobEvent.AccumulatorsUpdated) event).updates().getFirst().id().number())
                .containsExactly(1L, 1L, 2L);
    }

    @Test
    void whatATaskAddsWithALargeResultCountsWhenTheResultIsFetched() {
        f.submit(result(1));
        var stored = new TaskOutcome.StoredResult(new BlockId.TaskResult(7), 1_000, adding(3));
        f.end(only(f.submitted()), 0, A, stored, false);
        assertThat(f.told).noneMatch(JobEvent.AccumulatorsUpdated.class::isInstance);
        f.tell(new DagMessage.ResultFetched(only(f.fetches), null, "its executor is gone"));
        f.fetches.clear();
        assertThat(f.told).noneMatch(JobEvent.AccumulatorsUpdated.class::isInstance);
        f.end(only(f.submitted()), 0, B, stored, false);
        f.tell(new DagMessage.ResultFetched(only(f.fetches), new byte[1_000], ""));
        assertThat(f.told.stream().filter(JobEvent.AccumulatorsUpdated.class::isInstance)).hasSize(1);
    }

    @Test
    void aStageThatNobodyNeedsKeepsNoPlanAndRunsAgainWithTheNextJobs() {
        StagePlan shared = map(1, 1);
        f.submit(result(1, shared));
        f.finish(only(f.submitted()), A);
        f.finish(only(f.submitted()), A);
        f.tell(new SchedulingEvent.ExecutorGone(A, "gone"));
        f.submit(result(1, map(1, 1)));
        assertThat(only(f.submitted()).name()).isEqualTo("map-1");
    }

    @Test
    void aForgottenShuffleIsComputedAgain() {
        StagePlan shared = map(1, 1);
        f.submit(result(1, shared));
        f.finish(only(f.submitted()), A);
        f.finish(only(f.submitted()), A);
        f.tell(new DagMessage.ForgetShuffle(new ShuffleId(1)));
        assertThat(f.requested)
                .containsExactly(
                        new SchedulingRequest.TellExecutors(new ExecutorOrder.ForgetShuffle(new ShuffleId(1))));
        f.requested.clear();
        f.submit(result(1, shared));
        assertThat(only(f.submitted()).name()).isEqualTo("map-1");
    }

    @Test
    void aThousandStagesInARowOverflowNothing() {
        StagePlan last = map(0, 1);
        for (int i = 1; i < 20_000; i++) {
            last = map(i, 1, last);
        }
        f.submit(result(1, last));
        assertThat(only(f.submitted()).name()).isEqualTo("map-0");
    }

    @Test
    void whenTheBackendIsDeadEveryJobSaysSo() {
        f.submit(result(1));
        f.tell(new SchedulingEvent.BackendDead(ClusterFault.REFUSED, "no master"));
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Unserved(ClusterFault.REFUSED, "no master"));
    }

    @Test
    void aJobThatComesWhenTheBackendIsDeadFailsAtOnce() {
        f.tell(new SchedulingEvent.BackendDead(ClusterFault.REFUSED, "no master"));
        f.submit(result(1));
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Unserved(ClusterFault.REFUSED, "no master"));
        assertThat(f.submitted()).isEmpty();
    }

    @Test
    void everyReaderOfALostOutputLaunchesNoMore() {
        StagePlan shared = map(1, 1);
        f.submit(result(2, shared));
        f.finish(only(f.submitted()), A);
        TaskSet first = only(f.submitted());
        f.submit(result(2, shared));
        TaskSet second = only(f.submitted());
        f.fetchFails(first, 0, 1, 0, A);
        assertThat(f.requested)
                .containsExactlyInAnyOrder(
                        new SchedulingRequest.HoldTasks(first.stage()),
                        new SchedulingRequest.HoldTasks(second.stage()));
    }

    @Test
    void aFailureThatIsTheLastOfItsAttemptStillFailsTheJob() {
        f.submit(result(1));
        TaskSet set = only(f.submitted());
        f.fails(set, 0, false);
        f.tell(new SchedulingEvent.TaskSetAborted(set.stage(), "failed 4 times"));
        assertThat(f.ended().getFirst().ending()).isEqualTo(new Ending.Failed("failed 4 times"));
    }

    @Test
    void aLargeResultCountsOnlyWhenItIsHere() {
        JobId job = f.submit(result(1));
        TaskSet set = only(f.submitted());
        var block = new BlockId.TaskResult(7);
        f.end(set, 0, A, new TaskOutcome.StoredResult(block, 1_000), false);
        assertThat(f.results(job)).isEmpty();
        DagOperation.FetchResult fetch = only(f.fetches);
        assertThat(fetch).isEqualTo(new DagOperation.FetchResult(set.stage(), 0, A, block, 1_000));

        f.tell(new DagMessage.ResultFetched(fetch, new byte[] {1}, ""));
        assertThat(f.results(job)).containsExactly(0);
        assertThat(f.requested).contains(new SchedulingRequest.TellExecutors(new ExecutorOrder.ForgetBlock(block)));
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Succeeded());
    }

    @Test
    void aLargeResultWhoseExecutorWasLostIsComputedAgain() {
        f.submit(result(1));
        TaskSet set = only(f.submitted());
        f.end(set, 0, A, new TaskOutcome.StoredResult(new BlockId.TaskResult(7), 1_000), false);
        f.tell(new DagMessage.ResultFetched(only(f.fetches), null, "a is gone"));
        TaskSet again = only(f.submitted());
        assertThat(again.partitions()).containsExactly(0);
        f.finish(again, B);
        assertThat(only(f.ended()).ending()).isEqualTo(new Ending.Succeeded());
    }

    @Test
    void aJobPlanThatWantsAPartitionThatIsNotThereIsRefused() {
        assertThatThrownBy(() -> plan(new JobId(1), result(2), "", 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("wants partition 2 of 2");
    }

    private static <T> T only(List<T> list) {
        assertThat(list).hasSize(1);
        return list.get(0);
    }
}
