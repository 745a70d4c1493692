package dev.capstan.engine.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.FrameStream;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.disk.StoredFrames;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.kernel.serialization.CompactSerializer;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;

/** Partitions that other executors keep. */
@Tag("live")
class RemoteBlocksTest {
    private static final BlockId.CachedPartition BLOCK = new BlockId.CachedPartition(new DatasetId(3), 1);
    private static final ExecutorId A = new ExecutorId("a");
    private static final ExecutorId B = new ExecutorId("b");
    private static final List<Long> ELEMENTS = LongStream.range(0, 200_000).boxed().toList();

    @TempDir private Path directory;

    private final List<Runnable> atEnd = new ArrayList<>();
    private final Map<ExecutorId, byte[]> streams = new LinkedHashMap<>();
    private final List<ExecutorId> asked = new ArrayList<>();
    private CountDownLatch gate = new CountDownLatch(0);
    private int computed;

    private final Elsewhere elsewhere =
            new Elsewhere() {
                @Override
                public List<ExecutorId> holders(BlockId.CachedPartition block) {
                    return List.copyOf(streams.keySet());
                }

                @Override
                public InputStream open(ExecutorId holder, BlockId.CachedPartition block) throws IOException {
                    asked.add(holder);
                    try {
                        gate.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    byte[] bytes = streams.get(holder);
                    if (bytes.length == 0) {
                        throw new IOException(holder + " is gone");
                    }
                    return new ByteArrayInputStream(bytes);
                }
            };

    private LocalBlockStore store() {
        var memory = new MemoryBudget(64 << 20, 0.5);
        return new LocalBlockStore(
                new CompactSerializer(),
                getClass().getClassLoader(),
                memory,
                new MemoryBudget(64 << 20, 1),
                new LocalDirectories(List.of(directory)),
                Codec.LZ4,
                BlockStore.Listener.SILENT,
                elsewhere);
    }

    private List<Long> read(LocalBlockStore store) throws Exception {
        List<Long> read = new ArrayList<>();
        store.<Long>getOrCompute(
                        BLOCK,
                        StorageLevel.MEMORY_ONLY,
                        () -> {},
                        atEnd::add,
                        () -> {
                            computed++;
                            return ELEMENTS.iterator();
                        })
                .forEachRemaining(read::add);
        return read;
    }

    /** What an executor sends that keeps the partition as the level says. */
    private byte[] sent(StorageLevel level) throws Exception {
        LocalBlockStore holder = store();
        holder.getOrCompute(BLOCK, level, () -> {}, atEnd::add, ELEMENTS::iterator);
        var bytes = new ByteArrayOutputStream();
        try (StoredFrames frames = holder.openStored(BLOCK).orElseThrow()) {
            FrameStream.write(frames, bytes);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @EnumSource(
            value = StorageLevel.class,
            names = {"MEMORY_ONLY", "MEMORY_ONLY_SER", "DISK_ONLY", "OFF_HEAP"})
    void whatAnotherKeepsIsReadFromThereAndNotKeptHere(StorageLevel level) throws Exception {
        streams.put(A, sent(level));
        LocalBlockStore store = store();
        assertThat(read(store)).isEqualTo(ELEMENTS);
        assertThat(computed).isZero();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aHolderThatCannotBeReadIsPassedOverForTheNext() throws Exception {
        byte[] whole = sent(StorageLevel.MEMORY_ONLY);
        streams.put(A, new byte[0]);
        streams.put(B, whole);
        assertThat(read(store())).isEqualTo(ELEMENTS);
        assertThat(asked).containsExactly(A, B);
        assertThat(computed).isZero();
    }

    @Test
    void whatNobodyGivesIsComputedAndKept() throws Exception {
        streams.put(A, new byte[0]);
        streams.put(B, new byte[] {1, 2, 3});
        LocalBlockStore store = store();
        assertThat(read(store)).isEqualTo(ELEMENTS);
        assertThat(computed).isOne();
        assertThat(store.list()).containsExactly(BLOCK);
    }

    @Test
    void aHolderThatBreaksOffFailsTheTaskAndIsAskedLastByTheNext() throws Exception {
        byte[] whole = sent(StorageLevel.MEMORY_ONLY);
        streams.put(A, Arrays.copyOf(whole, whole.length - 10));
        streams.put(B, whole);
        LocalBlockStore store = store();
        assertThatThrownBy(() -> read(store)).hasMessageContaining("from a broke off");
        assertThat(read(store)).isEqualTo(ELEMENTS);
        assertThat(asked).containsExactly(A, B);
    }

    @Test
    void aDamagedFrameIsNoticed() throws Exception {
        byte[] bytes = sent(StorageLevel.MEMORY_ONLY);
        bytes[100] ^= 1;
        streams.put(A, bytes);
        assertThat(read(store())).as("the first frame: it is computed").isEqualTo(ELEMENTS);
        assertThat(computed).isOne();
    }

    @Test
    void aCopyIsKeptAsTheLevelSays() throws Exception {
        streams.put(A, sent(StorageLevel.MEMORY_ONLY));
        LocalBlockStore store = store();
        assertThat(store.copying(BLOCK, StorageLevel.MEMORY_ONLY_2, A).run()).isTrue();
        streams.clear();
        assertThat(read(store)).isEqualTo(ELEMENTS);
        assertThat(computed).isZero();
    }

    @Test
    void aCopyOfADatasetThatIsDroppedAfterItsOrderIsNotKept() throws Exception {
        streams.put(A, sent(StorageLevel.MEMORY_ONLY));
        LocalBlockStore store = store();
        BlockStore.Copying copying = store.copying(BLOCK, StorageLevel.MEMORY_ONLY_2, A);
        store.dropDataset(BLOCK.dataset());
        assertThat(copying.run()).isFalse();
        assertThat(store.list()).isEmpty();
    }

    @Test
    void aCopyThatIsOrderedWhileATaskReadsThePartitionIsMadeAfterwards() throws Exception {
        streams.put(A, sent(StorageLevel.MEMORY_ONLY));
        LocalBlockStore store = store();
        gate = new CountDownLatch(1);
        try (var threads = Executors.newFixedThreadPool(2)) {
            Future<List<Long>> reading = threads.submit(() -> read(store));
            Future<Boolean> copying = threads.submit(() -> store.copying(BLOCK, StorageLevel.MEMORY_ONLY_2, A).run());
            gate.countDown();
            assertThat(reading.get()).isEqualTo(ELEMENTS);
            assertThat(copying.get()).isTrue();
        }
        assertThat(store.list()).containsExactly(BLOCK);
    }
}
