package dev.capstan.driver.dag;

import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.task.TaskOutcome;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * The part of the DAG scheduler that owns which stages lost an input: their attempts launch no more, and a little
 * later, when more is known of what was lost, the scheduler looks at them again.
 */
final class LostInputs {
    private static final String RESUBMIT = "resubmit-stages";

    private final DagConfig config;
    private final DagOutbox outbox;
    private final StageBook stages;
    private final TreeSet<StageId> waiting = new TreeSet<>();

    LostInputs(DagConfig config, DagOutbox outbox, StageBook stages) {
        this.config = config;
        this.outbox = outbox;
        this.stages = stages;
    }

    /** Whether the stage must not be submitted before the timer has fired. */
    boolean holdBack(Stage stage) {
        return waiting.contains(stage.id);
    }

    /** Nobody needs the stage any more. */
    void forget(Stage stage) {
        waiting.remove(stage.id);
    }

    /** The timer has fired: the stages to look at. */
    Collection<StageId> due() {
        outbox.fired(RESUBMIT);
        var due = List.copyOf(waiting);
        waiting.clear();
        return due;
    }

    /**
     * A task could not read a map output.
     *
     * @return why the jobs of the stage are to fail, if this was once too often; else null
     */
    @Nullable String countFetchFailure(Stage stage, int attempt, TaskOutcome.FetchFailed failed) {
        stage.distrustsCache = true;
        boolean launching = stage.isLaunching(attempt);
        if (!launching && !isThoughtToBeThere(failed)) {
            return null; // it is held because of that very loss
        }
        int fruitless = stage.countFruitless(attempt);
        if (launching) {
            hold(stage, new StageAttempt(stage.id, attempt));
        }
        return fruitless < config.maxFruitlessAttempts()
                ? null
                : String.format(
                        Locale.ROOT,
                        "stage '%s' could not read its inputs in %d attempts in a row"
                                + " (capstan.stage.maxFruitlessAttempts); the last time:"
                                + " map output %d of %s from %s: %s",
                        stage.plan.name(),
                        fruitless,
                        failed.mapPartition(),
                        failed.shuffle(),
                        failed.from(),
                        failed.reason());
    }

    private boolean isThoughtToBeThere(TaskOutcome.FetchFailed failed) {
        Stage writer = stages.find(failed.shuffle());
        return writer != null
                && writer.outputs != null
                && failed.from() != null
                && writer.outputs.isAt(failed.mapPartition(), failed.from());
    }

    /** The map output is lost, and whoever reads it, for whichever job, launches no more. */
    void lose(Stage firstReader, TaskOutcome.FetchFailed failed) {
        recover(firstReader);
        Stage writer = stages.find(failed.shuffle());
        if (writer == null || writer.outputs == null || failed.from() == null) {
            return;
        }
        writer.outputs.lose(failed.mapPartition(), failed.from());
        for (Stage reader : stages.all()) {
            for (StageAttempt attempt : reader.launchingFrom(failed.shuffle(), failed.mapPartition(), failed.from())) {
                hold(reader, attempt);
            }
        }
    }

    /** All map outputs of the executor are lost. */
    void loseAll(ExecutorId executor) {
        for (Stage stage : stages.all()) {
            if (stage.outputs != null && stage.outputs.loseAll(executor)) {
                recover(stage);
            }
            for (StageAttempt attempt : stage.launchingFrom(executor)) {
                hold(stage, attempt);
            }
        }
    }

    private void hold(Stage stage, StageAttempt attempt) {
        stage.hold(attempt.attempt());
        outbox.tellTasks(new SchedulingRequest.HoldTasks(attempt));
        recover(stage);
    }

    private void recover(Stage stage) {
        if (stage.jobs.isEmpty()) {
            return; // nobody waits for it any more
        }
        waiting.add(stage.id);
        outbox.armOnce(RESUBMIT, config.resubmitDelay(), new DagMessage.ResubmitStages());
    }
}
