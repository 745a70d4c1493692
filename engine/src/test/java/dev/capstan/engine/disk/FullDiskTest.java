package dev.capstan.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.memory.Spillable;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.engine.shuffle.LocalShuffleStore;
import dev.capstan.engine.shuffle.ShuffleWriter;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.storage.LocalBlockStore;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.testing.OpenFiles;
import dev.capstan.testing.SmallDisk;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What happens when the disk is really full, for everything that writes. */
@Tag("live")
class FullDiskTest {
    private static final ShuffleId SHUFFLE = new ShuffleId(1);

    @TempDir Path mountPoint;
    @TempDir Path otherDisk;

    private final CompactSerializer serializer = new CompactSerializer();
    private SmallDisk disk;
    private LocalDirectories directories;

    @BeforeEach
    void mount() throws IOException, InterruptedException {
        disk = SmallDisk.mount(mountPoint, 400);
        directories = new LocalDirectories(List.of(mountPoint));
    }

    @AfterEach
    void unmount() throws IOException {
        if (disk != null) {
            directories.close();
            assertThat(mountPoint).isEmptyDirectory();
            disk.close();
        }
    }

    private List<Path> dataFiles(Path under) throws IOException {
        try (Stream<Path> files = Files.walk(under)) {
            return files.filter(file -> file.getFileName().toString().startsWith("data-")).toList();
        }
    }

    private static byte[] noise(long seed) {
        byte[] noise = new byte[1_000];
        new Random(seed).nextBytes(noise);
        return noise;
    }

    private static void writeNoise(ShuffleWriter writer, int records) throws IOException, InterruptedException {
        for (int i = 0; i < records; i++) {
            writer.write(i % 5, i, noise(i));
        }
    }

    @Test
    void aDiskWithoutAnyRoomKeepsNothingOfWhatWasTriedOnIt() throws IOException {
        Path filler = Files.createFile(mountPoint.resolve("filler"));
        try (OutputStream out = Files.newOutputStream(filler)) {
            assertThatThrownBy(() -> out.write(new byte[1 << 20])).hasMessageContaining("No space");
        }
        for (int i = 0; i < 5; i++) {
            assertThatThrownBy(() ->
                            directories.writeWhole("a test", 10, Codec.NONE, out -> out.frame(new byte[10], 0, 10)))
                    .hasMessageContaining("No space left on device")
                    .hasMessageContaining("capstan.local.dirs");
        }
        assertThat(OpenFiles.below(mountPoint)).isEmpty();
        assertThat(mountPoint).isDirectoryContaining(filler::equals);
        Files.delete(filler);
        assertThat(mountPoint).isEmptyDirectory();
    }

    @Test
    void aSpillAndAMapOutputThatFindNoRoomSaySoAndLeaveTheStoreUsable() throws IOException, InterruptedException {
        MemoryBudget memory = new MemoryBudget(0, 0.5);
        LocalShuffleStore store = new LocalShuffleStore(serializer, memory, directories, Codec.LZ4);
        try (TaskMemory task = memory.open(new TaskId(1), () -> {})) {
            try (ShuffleWriter writer = store.open(SHUFFLE, 0, 5, task)) {
                assertThatThrownBy(() -> writeNoise(writer, 1_000))
                        .isInstanceOf(DiskWriteException.class)
                        .hasMessageMatching(
                                "cannot write a spill of map output 0 of .*, about \\d+ KiB: "
                                        + directories.paths().getFirst()
                                        + ": No space left on device \\(\\d+ KiB free\\); make room there, or name"
                                        + " other directories in capstan.local.dirs");
            }
            assertThat(dataFiles(mountPoint)).isEmpty();
            try (ShuffleWriter writer = store.open(SHUFFLE, 0, 5, task)) {
                writeNoise(writer, 300); // the spill fits, the spill and the output do not
                assertThatThrownBy(writer::commit)
                        .isInstanceOf(DiskWriteException.class)
                        .hasMessageStartingWith("cannot write map output 0 of ");
            }
            assertThat(dataFiles(mountPoint)).isEmpty();
            try (ShuffleWriter writer = store.open(SHUFFLE, 0, 5, task)) {
                writeNoise(writer, 100);
                assertThat(writer.commit()).isPositive();
            }
        }
        assertThat(store.read(SHUFFLE, 0, 4)).isPresent();
        store.forget(SHUFFLE);
    }

    @Test
    void whatOneDiskDoesNotTakeGoesToTheNext() throws IOException, InterruptedException {
        try (LocalDirectories both = new LocalDirectories(List.of(mountPoint, otherDisk))) {
            MemoryBudget memory = new MemoryBudget(0, 0.5);
            LocalShuffleStore store = new LocalShuffleStore(serializer, memory, both, Codec.LZ4);
            try (TaskMemory task = memory.open(new TaskId(1), () -> {});
                    ShuffleWriter writer = store.open(SHUFFLE, 0, 5, task)) {
                writeNoise(writer, 2_000);
                assertThat(writer.commit()).isGreaterThan(2_000_000);
            }
            assertThat(dataFiles(mountPoint)).isEmpty();
            int records = 0;
            for (int partition = 0; partition < 5; partition++) {
                try (Frames frames = store.read(SHUFFLE, 0, partition).orElseThrow().open()) {
                    while (frames.next()) {
                        records += frames.length();
                    }
                }
            }
            assertThat(records).isGreaterThan(2_000_000);
            store.forget(SHUFFLE);
        }
    }

    @Test
    void aMapOutputThatCannotBeEvictedStaysInMemory() throws IOException, InterruptedException {
        MemoryBudget memory = new MemoryBudget(8 << 20, 0.0);
        LocalShuffleStore store = new LocalShuffleStore(serializer, memory, directories, Codec.LZ4);
        try (TaskMemory task = memory.open(new TaskId(1), () -> {})) {
            try (ShuffleWriter writer = store.open(SHUFFLE, 0, 5, task)) {
                writeNoise(writer, 900);
                writer.commit();
            }
            long stored = memory.usage().storage();
            Spillable table = Spillable.keeping("a table");
            assertThat(task.acquire(8 << 20, table)).isEqualTo((8 << 20) - stored);
            assertThat(store.read(SHUFFLE, 0, 4).orElseThrow().size()).isPositive();
            assertThat(dataFiles(mountPoint)).isEmpty();
            task.releaseAll(table);
        }
        store.forget(SHUFFLE);
        assertThat(memory.usage().storage()).isZero();
    }

    @Test
    void aCachedPartitionThatFindsNoRoomIsNotKeptAndTheTaskGoesOn() throws Exception {
        MemoryBudget memory = new MemoryBudget(100_000, 0.5);
        LocalBlockStore store =
                new LocalBlockStore(
                        serializer,
                        getClass().getClassLoader(),
                        memory,
                        memory,
                        directories,
                        Codec.LZ4,
                        BlockStore.Listener.SILENT);
        BlockId block = new BlockId.CachedPartition(new DatasetId(1), 0);
        for (StorageLevel level : List.of(StorageLevel.DISK_ONLY, StorageLevel.MEMORY_AND_DISK)) {
            Iterator<byte[]> elements =
                    store.getOrCompute(
                            block,
                            level,
                            () -> {},
                            _ -> {},
                            () -> IntStream.range(0, 1_000).mapToObj(FullDiskTest::noise).iterator());
            int count = 0;
            while (elements.hasNext()) {
                assertThat(elements.next()).isEqualTo(noise(count++));
            }
            assertThat(count).isEqualTo(1_000);
            assertThat(store.list()).isEmpty();
            assertThat(dataFiles(mountPoint)).isEmpty();
            assertThat(memory.usage().storage()).isZero();
        }
        assertThat(
                        store.getOrCompute(
                                        block, StorageLevel.DISK_ONLY, () -> {}, _ -> {}, () -> List.of(1).iterator())
                                .next())
                .isEqualTo(1);
        assertThat(store.list()).containsExactly(block);
        store.drop(block);
    }

    @Test
    void aCachedPartitionThatOneDiskDoesNotTakeIsOnTheNextAsAWhole() throws Exception {
        try (LocalDirectories both = new LocalDirectories(List.of(mountPoint, otherDisk))) {
            MemoryBudget memory = new MemoryBudget(100_000, 0.5);
            LocalBlockStore store =
                    new LocalBlockStore(
                            serializer,
                            getClass().getClassLoader(),
                            memory,
                            memory,
                            both,
                            Codec.LZ4,
                            BlockStore.Listener.SILENT);
            for (StorageLevel level : List.of(StorageLevel.DISK_ONLY, StorageLevel.MEMORY_AND_DISK)) {
                for (int partition = 0; partition < 2; partition++) { // each directory is the first of one
                    BlockId block = new BlockId.CachedPartition(new DatasetId(1), partition);
                    Iterator<byte[]> elements =
                            store.getOrCompute(
                                    block,
                                    level,
                                    () -> {},
                                    _ -> {},
                                    () -> IntStream.range(0, 1_000).mapToObj(FullDiskTest::noise).iterator());
                    int count = 0;
                    while (elements.hasNext()) {
                        assertThat(elements.next()).isEqualTo(noise(count++));
                    }
                    assertThat(count).isEqualTo(1_000);
                    assertThat(store.list()).contains(block);
                    store.drop(block);
                }
            }
            assertThat(dataFiles(mountPoint)).isEmpty();
            assertThat(dataFiles(otherDisk)).isEmpty();
        }
    }
}
