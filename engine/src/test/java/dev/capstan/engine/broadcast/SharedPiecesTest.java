package dev.capstan.engine.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.storage.LocalBlockStore;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.Serializer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Executors that give pieces of a broadcast value to each other. */
@Tag("live")
class SharedPiecesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Serializer serializer = new CompactSerializer();
    private final ClassLoader loader = getClass().getClassLoader();
    private final DriverBroadcasts driver = new DriverBroadcasts(serializer, Codec.LZ4, false, (_, _) -> {}, _ -> {});
    private final Map<ExecutorId, Peer> peers = new LinkedHashMap<>();

    /** An executor as far as broadcasts go. */
    private final class Peer implements PieceSource {
        final ExecutorId id;
        final BlockStore blocks;
        final ExecutorBroadcasts broadcasts;
        volatile boolean damages;
        volatile boolean refuses;

        Peer(String name) {
            id = new ExecutorId(name);
            var memory = new MemoryBudget(64 << 20, 0.5);
            blocks =
                    new LocalBlockStore(
                            serializer,
                            loader,
                            memory,
                            memory,
                            new LocalDirectories(List.of(Path.of("target", "local"))),
                            Codec.LZ4,
                            BlockStore.Listener.SILENT);
            broadcasts = new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, this);
            peers.put(id, this);
        }

        @Override
        public PieceOffer next(BroadcastId broadcast, List<Integer> held, List<ExecutorId> failed) throws IOException {
            return driver.offer(new PieceRequest(broadcast, id, held, failed));
        }

        @Override
        public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) throws IOException {
            Peer peer = peers.get(holder);
            if (peer.refuses) {
                throw new IOException(holder + " is gone");
            }
            byte[] bytes = peer.broadcasts.piece(piece, PATIENCE).clone();
            if (peer.damages) {
                bytes[bytes.length - 1] ^= 1;
            }
            return bytes;
        }

        <T> T read(Broadcast<T> broadcast) {
            var java = new JavaSerializer();
            Broadcast<T> travelled = java.deserialize(java.serialize(broadcast), loader);
            return broadcasts.bind(ScopedValue.where(ScopedValue.newInstance(), "a task")).call(travelled::value);
        }
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(7).nextBytes(noise);
        return noise;
    }

    @Test
    void fourExecutorsGetSixteenMegabytesOfWhichTheDriverSendsEachPieceOnce()
            throws InterruptedException, ExecutionException {
        byte[] value = noise(16 << 20);
        Broadcast<byte[]> broadcast = driver.publish(value, "here");
        List<Callable<Boolean>> readers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Peer peer = new Peer("executor-" + i);
            readers.add(() -> Arrays.equals(peer.read(broadcast), value));
        }
        try (var threads = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> read : threads.invokeAll(readers)) {
                assertThat(read.get()).isTrue();
            }
        }
        assertThat(driver.bytesGiven())
                .as("with what compression adds to noise")
                .isBetween(16L << 20, (16L << 20) + 100_000);
    }

    @Test
    void whoeverFailsOrGivesDamagedPiecesIsPassedOver() {
        byte[] value = noise(9 << 20);
        Broadcast<byte[]> broadcast = driver.publish(value, "here");
        Peer first = new Peer("first");
        assertThat(first.read(broadcast)).isEqualTo(value);
        first.damages = true;
        Peer second = new Peer("second");
        assertThat(second.read(broadcast)).isEqualTo(value);
        first.refuses = true;
        second.refuses = true;
        assertThat(new Peer("third").read(broadcast)).isEqualTo(value);
        second.refuses = false;
        long before = driver.bytesGiven();
        assertThat(new Peer("fourth").read(broadcast)).isEqualTo(value);
        assertThat(driver.bytesGiven()).as("the others have it").isEqualTo(before);
    }

    @Test
    void aPieceThatNobodyIsReadingIsRefusedAtOnce() {
        Peer peer = new Peer("peer");
        assertThatThrownBy(() ->
                        peer.broadcasts.piece(new BlockId.BroadcastPiece(new BroadcastId(3), 0), Duration.ofHours(1)))
                .isInstanceOf(IOException.class);
    }
}
