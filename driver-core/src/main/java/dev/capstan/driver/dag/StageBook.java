package dev.capstan.driver.dag;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.task.ShuffleInputs;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * All stages: those that compute results as long as their job runs, those that write shuffles until these are
 * forgotten.
 */
final class StageBook {
    private final TreeMap<StageId, Stage> stages = new TreeMap<>();
    private final TreeMap<ShuffleId, Stage> byShuffle = new TreeMap<>();
    private final CacheLocations cache;
    private int next;

    StageBook(CacheLocations cache) {
        this.cache = cache;
    }

    Stage addResult(StagePlan plan, int[] partitions) {
        Stage stage = Stage.computing(newId(), plan, partitions);
        stages.put(stage.id, stage);
        return stage;
    }

    /** The stage that writes the plan's shuffle, known or new. */
    Stage writer(StagePlan plan) {
        Stage writer =
                byShuffle.computeIfAbsent(
                        shuffleOf(plan),
                        _ -> {
                            Stage stage = Stage.writing(newId(), plan);
                            stages.put(stage.id, stage);
                            return stage;
                        });
        writer.wake(plan);
        return writer;
    }

    @Nullable Stage find(StageId id) {
        return stages.get(id);
    }

    /** The stage that writes the shuffle, if it is known. */
    @Nullable Stage find(ShuffleId shuffle) {
        return byShuffle.get(shuffle);
    }

    void remove(Stage stage) {
        stages.remove(stage.id);
        if (stage.plan.writes() != null) {
            byShuffle.remove(stage.plan.writes());
        }
    }

    /** In order of their ids. */
    Collection<Stage> all() {
        return Collections.unmodifiableCollection(stages.values());
    }

    /** The stages whose outputs it reads; those behind a dataset that is wholly cached are not read. */
    List<Stage> parents(Stage stage) {
        StagePlan.Inputs inputs = stage.plan.inputs();
        List<StagePlan> parents = stage.distrustsCache ? inputs.allParents() : inputs.parents(cache::complete);
        return parents.stream().map(this::writer).toList();
    }

    /** All that is known of the shuffles it may read, those behind cached datasets included. */
    List<ShuffleInputs> inputs(Stage stage) {
        List<ShuffleInputs> inputs = new ArrayList<>();
        for (StagePlan plan : stage.plan.inputs().allParents()) {
            ShuffleId shuffle = shuffleOf(plan);
            Stage parent = byShuffle.get(shuffle);
            MapOutputs outputs = parent == null ? null : parent.outputs;
            inputs.add((outputs == null ? new MapOutputs(plan.partitions()) : outputs).inputs(shuffle));
        }
        return inputs;
    }

    List<DagView.StageLine> lines() {
        return stages.values().stream().map(Stage::line).toList();
    }

    Map<ShuffleId, List<@Nullable ExecutorId>> mapOutputs() {
        var outputs = new TreeMap<ShuffleId, List<@Nullable ExecutorId>>();
        byShuffle.forEach((shuffle, stage) -> {
            if (stage.outputs != null) {
                outputs.put(shuffle, stage.outputs.snapshot());
            }
        });
        return outputs;
    }

    private StageId newId() {
        return new StageId(next++);
    }

    private static ShuffleId shuffleOf(StagePlan parent) {
        return Objects.requireNonNull(parent.writes(), () -> parent.name() + " is a parent but writes no shuffle");
    }
}
