package dev.capstan.simulation;

import dev.capstan.driver.dag.DagScheduler;
import dev.capstan.engine.broadcast.DriverBroadcasts;
import dev.capstan.engine.broadcast.PieceOffer;
import dev.capstan.engine.broadcast.PieceRequest;
import dev.capstan.engine.broadcast.PieceSource;
import dev.capstan.engine.disk.FrameStream;
import dev.capstan.engine.disk.StoredFrames;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.storage.Elsewhere;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What one executor reads from the driver and from the others: at once, and as they are at that moment. */
final class SimulatedNeighbours implements Elsewhere, PieceSource {
    private final ExecutorId self;
    private final DagScheduler dag;
    private final DriverBroadcasts broadcasts;
    private final Function<ExecutorId, Optional<SimulatedExecutor>> living;

    SimulatedNeighbours(
            ExecutorId self,
            DagScheduler dag,
            DriverBroadcasts broadcasts,
            Function<ExecutorId, Optional<SimulatedExecutor>> living) {
        this.self = self;
        this.dag = dag;
        this.broadcasts = broadcasts;
        this.living = living;
    }

    @Override
    public List<ExecutorId> holders(BlockId.CachedPartition block) {
        return dag.holders(block).stream().filter(holder -> !holder.equals(self)).toList();
    }

    @Override
    public InputStream open(ExecutorId holder, BlockId.CachedPartition block) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (StoredFrames frames =
                executor(holder)
                        .blocks()
                        .openStored(block)
                        .orElseThrow(() -> new IOException(holder + " does not hold " + block))) {
            FrameStream.write(frames, bytes);
        }
        return new ByteArrayInputStream(bytes.toByteArray());
    }

    @Override
    public PieceOffer next(BroadcastId broadcast, List<Integer> held, List<ExecutorId> failed) throws IOException {
        return broadcasts.offer(new PieceRequest(broadcast, self, held, failed));
    }

    @Override
    public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) throws IOException {
        return executor(holder).broadcasts().piece(piece, Duration.ZERO);
    }

    private SimulatedExecutor executor(ExecutorId id) throws IOException {
        return living.apply(id).orElseThrow(() -> new IOException(id + " is gone"));
    }
}
