package dev.capstan.driver.dag;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.StageCode;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Predicate;

/**
 * What a stage will do, cut from the lineage in the user's thread before the job is submitted; immutable.
 *
 * @param name for people: the operator and where it was called
 * @param writes the shuffle that it writes, or null when it computes results
 * @param partitions of the dataset that it computes
 * @param code serialized once
 * @param inputs what it reads
 * @param perTask what one of its tasks takes of an executor
 * @param barrier whether its tasks must all run at once
 */
public record StagePlan(
        String name,
        @Nullable ShuffleId writes,
        int partitions,
        StageCode code,
        Inputs inputs,
        Resources perTask,
        boolean barrier) {
    private static final StageCode NO_CODE = new StageCode(new byte[0], false);

    /** The same without code and inputs: what is remembered of a stage that nobody needs at the moment. */
    StagePlan atRest() {
        return new StagePlan(name, writes, partitions, NO_CODE, Inputs.NONE, perTask, barrier);
    }

    boolean isAtRest() {
        return code == NO_CODE;
    }

    /** What a stage reads. Asked again for each attempt, because what is cached changes. */
    public interface Inputs {
        /** A stage that reads nothing of other stages, nothing cached, no data of the driver. */
        Inputs NONE = new Inputs() {};

        /**
         * The stages whose map outputs are read.
         *
         * @param complete whether all partitions of a persistent dataset are cached, so that nothing behind it is read
         */
        default List<StagePlan> parents(Predicate<PersistentDataset> complete) {
            return List.of();
        }

        /** The same, those behind cached datasets included: all that the code may ask for. */
        default List<StagePlan> allParents() {
            return parents(_ -> false);
        }

        /** Whether some task would rather run somewhere: has {@link #cached} or {@link #hosts}. */
        default boolean choosy() {
            return false;
        }

        /** The source data that travels with the task of a partition. */
        default List<SourceSlice> slices(int partition) {
            return List.of();
        }

        /** The cached partitions that the task of a partition would use, nearest first. */
        default List<BlockId.CachedPartition> cached(int partition) {
            return List.of();
        }

        /** The hosts where the sources of a partition lie. */
        default List<String> hosts(int partition) {
            return List.of();
        }
    }

    /** A dataset that the program asked to keep. */
    public record PersistentDataset(DatasetId id, int partitions) {}

    @Override
    public String toString() {
        return "StagePlan[" + name + ", writes " + writes + ", " + partitions + " partitions]";
    }
}
