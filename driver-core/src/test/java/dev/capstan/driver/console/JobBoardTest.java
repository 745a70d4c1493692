package dev.capstan.driver.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.dag.JobEvent.Ending;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.task.TaskMetrics;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class JobBoardTest {
    private static final JobId JOB = new JobId(1);

    private final JobBoard board = new JobBoard(Duration.ofMillis(500));

    @Test
    void aShortJobLeavesNothing() {
        start(JOB, 0);
        stage(1, 10, 0);
        assertThat(bars(499, 80)).isEmpty();
        end(JOB, new Ending.Succeeded(), 499);
        assertThat(board.takeMessages()).isEmpty();
        assertThat(board.hasJobs()).isFalse();
    }

    @Test
    void aLongJobHasABarPerStage() {
        start(JOB, 0);
        stage(1, 10, 0);
        stage(2, 4, 100);
        progress(1, 3, 10, 0);
        progress(2, 1, 4, 1);
        assertThat(bars(2_000, 60))
                .containsExactly(
                        "stage 1  [#####.............]  3 of 10 tasks  2.0 s",
                        "stage 2  [####..............]  1 of 4 tasks, 1 failed  1.9 s");
    }

    @Test
    void moreThanThreeStagesAreCounted() {
        start(JOB, 0);
        for (int i = 0; i < 5; i++) {
            stage(i, 10, i);
        }
        assertThat(bars(2_000, 80)).hasSize(4).last().isEqualTo("and 2 more stages");
    }

    @Test
    void noLineIsWiderThanTheTerminal() {
        board.accept(new JobEvent.JobStarted(JOB, "job", 1, 0), 0);
        String name = "a very long name of a dataset that somebody has given at SomeProgram.java:1234";
        board.accept(new JobEvent.StageStarted(attempt(1), JOB, name, 1_000_000), 0);
        board.accept(new JobEvent.StageProgress(new StageId(1), JOB, name, 999_999, 1_000_000, 1_000), 0);
        for (int width = 1; width < 200; width++) {
            int most = width;
            assertThat(bars(36_000_000, width)).hasSize(1).allMatch(line -> line.length() <= most);
        }
    }

    @Test
    void aStageThatIsDoneIsGone() {
        start(JOB, 0);
        stage(1, 10, 0);
        board.accept(new JobEvent.StageFinished(new StageId(1), "stage 1", 10), at(900));
        assertThat(bars(1_000, 80)).isEmpty();
    }

    @Test
    void aStageThatOutlivesItsFirstJobIsShownForTheNext() {
        var next = new JobId(2);
        start(JOB, 0);
        start(next, 0);
        stage(1, 10, 0);
        end(JOB, new Ending.Cancelled("enough"), 600);
        board.accept(new JobEvent.StageProgress(new StageId(1), next, "stage 1", 5, 10, 0), at(700));
        assertThat(bars(800, 80)).hasSize(1);
    }

    @Test
    void theEndOfALongJobIsSaidOnce() {
        start(JOB, 0);
        board.accept(
                new JobEvent.JobEnded(
                        JOB, new Ending.Succeeded(), new JobEvent.JobSummary(2, 1, 1_200, 3, TaskMetrics.NONE)),
                at(61_000));
        assertThat(board.takeMessages())
                .containsExactly("job took 1:01 min: 2 stages, 1 skipped, 1,200 tasks, 3 failed attempts");
        assertThat(board.takeMessages()).isEmpty();
    }

    @Test
    void howAJobEndedIsSaid() {
        start(JOB, 0);
        end(JOB, new Ending.Failed("boom"), 700);
        start(JOB, 0);
        end(JOB, new Ending.Cancelled("enough"), 12_000);
        assertThat(board.takeMessages())
                .containsExactly(
                        "job failed after 0.7 s: 1 stage, 1 task", "job was cancelled after 12 s: 1 stage, 1 task");
    }

    @Test
    void aJobThatIsCutOffByTheEndOfItsContextIsSaid() {
        start(JOB, 0);
        board.close(at(2_500));
        assertThat(board.takeMessages()).containsExactly("job ended unfinished with its context after 2.5 s");
        assertThat(board.hasJobs()).isFalse();
    }

    @Test
    void warningsAreSaidWhole() {
        board.accept(new JobEvent.Notice("nothing runs:\n  no executor"), 0);
        assertThat(board.takeMessages()).containsExactly("nothing runs:\n  no executor");
    }

    @Test
    void whatNobodyTakesIsBounded() {
        for (int i = 0; i < JobBoard.MOST_MESSAGES + 7; i++) {
            board.accept(new JobEvent.Notice("notice " + i), 0);
        }
        assertThat(board.takeMessages())
                .hasSize(JobBoard.MOST_MESSAGES + 1)
                .last()
                .isEqualTo("(7 more messages were lost, because the terminal stood still)");
    }

    @Test
    void aLineNamesTheStages() {
        start(JOB, 0);
        stage(1, 10, 0);
        stage(2, 5, 0);
        assertThat(Texts.line(board.stages(at(1_000)))).isEqualTo("stage 1: 0 of 10 tasks; stage 2: 0 of 5 tasks");
    }

    @Test
    void timesAreReadByPeople() {
        assertThat(List.of(Texts.time(Duration.ofMillis(720)), Texts.time(Duration.ofSeconds(3_723))))
                .containsExactly("0.7 s", "1:02:03 h");
    }

    private List<String> bars(long nowMillis, int width) {
        return new ArrayList<>(Texts.bars(board.stages(at(nowMillis)), at(nowMillis), width, false));
    }

    private void start(JobId job, long nowMillis) {
        board.accept(new JobEvent.JobStarted(job, "job", 1, 0), at(nowMillis));
    }

    private void stage(int id, int tasks, long nowMillis) {
        board.accept(new JobEvent.StageStarted(attempt(id), JOB, "stage " + id, tasks), at(nowMillis));
    }

    private void progress(int id, int finished, int total, int failed) {
        board.accept(new JobEvent.StageProgress(new StageId(id), JOB, "stage " + id, finished, total, failed), 0);
    }

    private void end(JobId job, Ending ending, long nowMillis) {
        board.accept(
                new JobEvent.JobEnded(job, ending, new JobEvent.JobSummary(1, 0, 1, 0, TaskMetrics.NONE)),
                at(nowMillis));
    }

    private static StageAttempt attempt(int stage) {
        return new StageAttempt(new StageId(stage), 0);
    }

    private static long at(long ms) {
        return Duration.ofMillis(ms).toNanos();
    }
}
