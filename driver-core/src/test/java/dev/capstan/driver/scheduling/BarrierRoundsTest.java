package dev.capstan.driver.scheduling;

import static dev.capstan.driver.scheduling.TaskSchedulerFixture.stage;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.submit;
import static dev.capstan.driver.scheduling.TaskSchedulerFixture.tasks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.BarrierAnswer;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.engine.task.BarrierCall;
import dev.capstan.engine.task.BarrierCall.Kind;
import dev.capstan.kernel.actor.Address;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Tasks of a barrier set of three that come to their barriers, as the task scheduler hears and answers it. */
class BarrierRoundsTest {
    private static final Address DOOR = new Address("driver", "barriers");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TaskSchedulerFixture fixture = new TaskSchedulerFixture();
    private final FakeExecutor executor = fixture.executor("executor-1", "host-a", 4);
    private long tickets;

    private void launch() {
        fixture.tell(submit(tasks(1, 3, TaskSchedulerFixture.SetBuilder::barrier)));
        assertThat(executor.tasks).hasSize(3);
    }

    private long comes(TaskId task, int number, Kind kind, byte[] message) {
        return comes(stage(1), task, number, kind, message);
    }

    private long comes(StageAttempt stage, TaskId task, int number, Kind kind, byte[] message) {
        var call = new BarrierCall(stage, task, number, kind, message);
        fixture.tell(new BarrierMessage.Arrived(++tickets, DOOR, new BarrierRequest(call, PATIENCE)));
        return tickets;
    }

    private long waits(int partition, int number) {
        return comes(executor.taskOf(partition), number, Kind.BARRIER, new byte[0]);
    }

    private long says(int partition, int number, String message) {
        return comes(executor.taskOf(partition), number, Kind.ALL_GATHER, message.getBytes(StandardCharsets.UTF_8));
    }

    private List<String> heard(long ticket) {
        assertThat(fixture.answers.get(ticket)).isInstanceOf(BarrierAnswer.Gathered.class);
        return ((BarrierAnswer.Gathered) fixture.answers.get(ticket))
                .messages().stream().map(bytes -> new String(bytes, StandardCharsets.UTF_8)).toList();
    }

    private String refused(long ticket) {
        assertThat(fixture.answers.get(ticket)).isInstanceOf(BarrierAnswer.Refused.class);
        return ((BarrierAnswer.Refused) fixture.answers.get(ticket)).reason();
    }

    @Test
    void nobodyPassesBeforeAllHaveComeAndAllHearAllInTheOrderOfPartitions() {
        launch();
        long second = says(1, 0, "b");
        long third = says(2, 0, "c");
        assertThat(fixture.answers).isEmpty();
        long first = says(0, 0, "a");
        assertThat(List.of(heard(first), heard(second), heard(third))).containsOnly(List.of("a", "b", "c"));
    }

    @Test
    void callFollowsCall() {
        launch();
        for (int number = 0; number < 3; number++) {
            long first = waits(0, number);
            long second = waits(1, number);
            assertThat(fixture.answers).doesNotContainKeys(first, second);
            waits(2, number);
            assertThat(fixture.answers).containsKeys(first, second, tickets);
        }
    }

    @Test
    void aTaskThatComesTwiceCountsOnceAndIsAnsweredTwice() {
        launch();
        long lost = says(0, 0, "a");
        long again = says(0, 0, "a");
        says(1, 0, "b");
        assertThat(fixture.answers).isEmpty();
        says(2, 0, "c");
        assertThat(heard(lost)).isEqualTo(heard(again)).containsExactly("a", "b", "c");
    }

    @Test
    void aTaskThatDidNotHearTheAnswerIsAnsweredAgainWhileOthersAreAtTheNextCall() {
        launch();
        says(0, 0, "a");
        says(1, 0, "b");
        says(2, 0, "c");
        long next = says(0, 1, "x");
        assertThat(heard(says(2, 0, "c"))).containsExactly("a", "b", "c");
        assertThat(fixture.answers).doesNotContainKey(next);
    }

    @Test
    void aCallThatIsNotDueIsRefused() {
        launch();
        assertThat(refused(waits(0, 5))).contains("barrier() (call 6) comes while the tasks are at call 1");
    }

    @Test
    void tasksThatCallDifferentThingsAreToldSo() {
        launch();
        long first = waits(0, 0);
        long second = says(2, 0, "c");
        assertThat(refused(first))
                .isEqualTo(refused(second))
                .contains("partition 0 called barrier() (call 1)")
                .contains("partition 2 called allGather() (call 1)");
        assertThat(refused(waits(1, 0))).as("who comes later").isEqualTo(refused(first));
    }

    @Test
    void whoWaitsForATaskThatEndsIsToldSo() {
        launch();
        long waiting = waits(2, 0);
        fixture.report(executor, executor.succeeds(executor.taskOf(1)));
        assertThat(refused(waiting)).contains("partition 2 waits").contains("partition 1 has ended without it");
    }

    @Test
    void whoComesAfterATaskHasEndedIsToldSo() {
        launch();
        fixture.report(executor, executor.succeeds(executor.taskOf(1)));
        assertThat(refused(waits(2, 0))).contains("partition 1 has ended without it");
    }

    @Test
    void tasksThatMetMayEndOneAfterTheOther() {
        launch();
        waits(0, 0);
        waits(1, 0);
        waits(2, 0);
        fixture.report(executor, executor.succeeds(executor.taskOf(1)));
        fixture.succeedAll(executor);
        assertThat(fixture.heard(SchedulingEvent.TasksEnded.class)).hasSize(1);
        assertThat(fixture.answers.values()).hasOnlyElementsOfType(BarrierAnswer.Gathered.class);
    }

    @Test
    void whenOneFailsThoseThatWaitAreReleasedAndAllBeginAnew() {
        launch();
        long waiting = waits(0, 0);
        TaskId before = executor.taskOf(1);
        fixture.report(executor, executor.fails(executor.taskOf(2), "boom"));
        assertThat(refused(waiting)).contains("another task of the barrier set did not finish");
        assertThat(refused(comes(before, 0, Kind.BARRIER, new byte[0]))).contains("is over");

        fixture.report(executor, executor.isKilled(executor.taskOf(0)), executor.isKilled(executor.taskOf(1)));
        assertThat(executor.tasks).hasSize(3);
        assertThat(executor.taskOf(1)).isNotEqualTo(before);
        says(0, 0, "a");
        says(1, 0, "b");
        assertThat(heard(says(2, 0, "c"))).containsExactly("a", "b", "c");
    }

    @Test
    void whenTheExecutorIsLostThoseThatWaitAreReleased() {
        launch();
        long waiting = waits(0, 0);
        fixture.lose(executor, LossReason.CRASHED);
        assertThat(refused(waiting)).contains("do not meet any more");
    }

    @Test
    void whenTheJobIsCancelledThoseThatWaitAreReleasedEvenWithoutAnInterrupt() {
        launch();
        long waiting = waits(0, 0);
        fixture.tell(new SchedulingRequest.CancelTasks(stage(1), false, "the user said so"));
        assertThat(refused(waiting)).contains("the user said so");
    }

    @Test
    void whenAnInputIsLostThoseThatWaitAreReleased() {
        launch();
        long waiting = waits(0, 0);
        fixture.tell(new SchedulingRequest.HoldTasks(stage(1)));
        assertThat(refused(waiting)).contains("an input of the barrier set is lost");
    }

    @Test
    void tasksWaitNoLongerThanTheirPatience() {
        launch();
        waits(0, 0);
        waits(1, 0);
        waits(2, 0);
        fixture.advanceAlive(PATIENCE.plusSeconds(10));
        assertThat(fixture.answers).hasSize(3);

        long first = waits(0, 1);
        fixture.advanceAlive(Duration.ofSeconds(20));
        long second = waits(2, 1);
        assertThat(fixture.answers).doesNotContainKeys(first, second);
        fixture.advanceAlive(Duration.ofSeconds(11));
        assertThat(refused(first))
                .isEqualTo(refused(second))
                .contains("only 2 of 3 tasks came to barrier() (call 2) within 30 s (capstan.barrier.timeout)")
                .endsWith("[1]");
    }

    @Test
    void messagesThatAreTooLargeTogetherAreRefused() {
        launch();
        byte[] large = new byte[BarrierCall.MOST_BYTES / 2 + 1];
        comes(executor.taskOf(0), 0, Kind.ALL_GATHER, large);
        assertThat(refused(comes(executor.taskOf(1), 0, Kind.ALL_GATHER, large)))
                .contains("take more than 33554432 bytes together");
    }

    @Test
    void tasksOfOtherStagesAreToldWhatToUse() {
        fixture.tell(submit(tasks(1, 1)));
        assertThat(refused(waits(0, 0))).contains("rdd.barrier().mapPartitions");
    }

    @Test
    void aTaskThatIsNotKnownOrOfAnotherAttemptIsRefused() {
        launch();
        assertThat(refused(comes(new TaskId(99), 0, Kind.BARRIER, new byte[0]))).contains("task-99 is over");
        assertThat(refused(comes(stage(7), executor.taskOf(0), 0, Kind.BARRIER, new byte[0]))).contains("is over");
    }
}
