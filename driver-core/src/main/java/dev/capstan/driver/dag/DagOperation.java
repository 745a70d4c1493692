package dev.capstan.driver.dag;

import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.kernel.actor.Operation;

import java.util.List;

/** What the DAG scheduler has done. */
public sealed interface DagOperation extends Operation {
    /**
     * Bring a result that was too large to ride in its outcome; answered with {@link DagMessage.ResultFetched}. The
     * partition is finished only when the bytes are here, because its executor may be lost before.
     */
    record FetchResult(
            StageAttempt stage,
            int partition,
            ExecutorId executor,
            BlockId block,
            long bytes,
            List<AccumulatorUpdate> updates)
            implements DagOperation {
        public FetchResult(StageAttempt stage, int partition, ExecutorId executor, BlockId block, long bytes) {
            this(stage, partition, executor, block, bytes, List.of());
        }

        /** Without the additions, which may be many. */
        @Override
        public Object trace() {
            return "FetchResult[" + stage + ", " + partition + ", " + executor + ", " + block + "]";
        }
    }
}
