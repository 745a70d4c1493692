package dev.capstan.engine.storage;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** The way to cached partitions on other executors. */
public interface Elsewhere {
    /** For an executor that has no others beside it. */
    Elsewhere NOWHERE =
            new Elsewhere() {
                @Override
                public List<ExecutorId> holders(BlockId.CachedPartition block) {
                    return List.of();
                }

                @Override
                public InputStream open(ExecutorId holder, BlockId.CachedPartition block) throws IOException {
                    throw new IOException("there is no way to " + holder);
                }
            };

    /** Other executors that hold the partition as far as the driver knows, those to try first in front. */
    List<ExecutorId> holders(BlockId.CachedPartition block) throws IOException;

    /** The partition as a {@link dev.capstan.engine.disk.FrameStream}. */
    InputStream open(ExecutorId holder, BlockId.CachedPartition block) throws IOException;
}
