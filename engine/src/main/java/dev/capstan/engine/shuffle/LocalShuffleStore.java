package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.FrameReading;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.memory.TaskMemory;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps map outputs in memory while there is room for them, else in one file each. An output in memory goes to its file
 * when its memory is needed for something else.
 */
public final class LocalShuffleStore implements ShuffleStore {
    private static final System.Logger LOG = System.getLogger(LocalShuffleStore.class.getName());

    private final Serializer serializer;
    private final MemoryBudget memory;
    private final LocalDirectories directories;
    private final Codec codec;
    private final ConcurrentHashMap<ShuffleId, ConcurrentHashMap<Integer, MapOutput>> outputs =
            new ConcurrentHashMap<>();

    private final AtomicLong lastNumber = new AtomicLong();

    /**
     * The outputs that are being written. When a shuffle is forgotten, what was begun before is not kept; what begins
     * after is, because a shuffle may be computed again.
     */
    private final ConcurrentHashMap<ShuffleId, Set<Attempt>> writing = new ConcurrentHashMap<>();

    /** An output that is being written. */
    private static final class Attempt {
        private volatile boolean forgotten;
    }

    /**
     * @param codec of what goes to disk
     */
    public LocalShuffleStore(Serializer serializer, MemoryBudget memory, LocalDirectories directories, Codec codec) {
        this.serializer = Objects.requireNonNull(serializer, "serializer");
        this.memory = Objects.requireNonNull(memory, "memory");
        this.directories = Objects.requireNonNull(directories, "directories");
        this.codec = Objects.requireNonNull(codec, "codec");
    }

    @Override
    public ShuffleWriter open(ShuffleId shuffle, int mapPartition, int slices, TaskMemory task) {
        var attempt = new Attempt();
        writing.compute(
                shuffle,
                (_, attempts) -> {
                    Set<Attempt> all = attempts == null ? new HashSet<>() : attempts;
                    all.add(attempt);
                    return all;
                });
        var files = new OutputFiles(lastNumber.incrementAndGet(), shuffle, mapPartition, slices, directories, codec);
        return new BufferedShuffleWriter(
                serializer,
                files,
                task,
                memory,
                output -> publish(shuffle, mapPartition, attempt, output),
                () -> ended(shuffle, attempt));
    }

    private void ended(ShuffleId shuffle, Attempt attempt) {
        writing.computeIfPresent(
                shuffle,
                (_, attempts) -> {
                    attempts.remove(attempt);
                    return attempts.isEmpty() ? null : attempts;
                });
    }

    private void publish(ShuffleId shuffle, int mapPartition, Attempt attempt, MapOutput output) {
        outputs.compute(
                shuffle,
                (_, ofShuffle) -> {
                    if (attempt.forgotten) {
                        output.discard();
                        return ofShuffle;
                    }
                    var all = ofShuffle == null ? new ConcurrentHashMap<Integer, MapOutput>() : ofShuffle;
                    discard(all.put(mapPartition, output));
                    return all;
                });
    }

    private static void discard(@Nullable MapOutput output) {
        if (output != null) {
            output.discard();
        }
    }

    @Override
    public Optional<ShuffleBlock> read(ShuffleId shuffle, int mapPartition, int firstSlice, int endSlice) {
        MapOutput output = find(shuffle, mapPartition);
        try {
            return output == null
                    ? Optional.empty()
                    : Optional.of(
                            new Block(shuffle, mapPartition, firstSlice, endSlice, output.size(firstSlice, endSlice)));
        } catch (IOException e) { // an output whose file cannot be read is as good as none
            LOG.log(System.Logger.Level.WARNING, "cannot read map output {0} of {1}: {2}", mapPartition, shuffle, e);
            return Optional.empty();
        }
    }

    /**
     * Opens a piece of a committed output for sending; empty if there is no such output here.
     *
     * @param skippedFrames how many of its first frames are not to be sent
     * @throws IOException when it cannot be read
     */
    Optional<OutgoingPiece> openToSend(
            ShuffleId shuffle, int mapPartition, int firstSlice, int endSlice, int skippedFrames) throws IOException {
        while (true) {
            MapOutput output = find(shuffle, mapPartition);
            if (output == null) {
                return Optional.empty();
            }
            try {
                return Optional.of(output.openToSend(firstSlice, endSlice, skippedFrames));
            } catch (FileNotFoundException | NoSuchFileException e) {
                if (output == find(shuffle, mapPartition)) {
                    throw e; // it was not replaced, somebody has deleted its file
                }
            }
        }
    }

    /**
     * Reads a frame of an output once more where it is kept; empty if that output is no longer here.
     *
     * @param output the number under which its piece was sent
     * @param frame of that piece, from 0
     */
    Optional<FrameReading> readAgain(
            ShuffleId shuffle, int mapPartition, int firstSlice, int endSlice, long output, int frame) {
        MapOutput here = find(shuffle, mapPartition);
        if (here == null || here.number() != output) {
            return Optional.empty();
        }
        try {
            return Optional.of(here.readAgain(firstSlice, endSlice, frame));
        } catch (IOException e) {
            return Optional.of(new FrameReading(false, String.valueOf(e.getMessage())));
        }
    }

    private @Nullable MapOutput find(ShuffleId shuffle, int mapPartition) {
        ConcurrentHashMap<Integer, MapOutput> ofShuffle = outputs.get(shuffle);
        return ofShuffle == null ? null : ofShuffle.get(mapPartition);
    }

    @Override
    public void forget(ShuffleId shuffle) {
        outputs.compute(
                shuffle,
                (_, ofShuffle) -> {
                    writing.computeIfPresent(
                            shuffle,
                            (_, attempts) -> {
                                attempts.forEach(attempt -> attempt.forgotten = true);
                                return attempts;
                            });
                    if (ofShuffle != null) {
                        ofShuffle.values().forEach(MapOutput::discard);
                    }
                    return null;
                });
    }

    @Override
    public void lose(ShuffleId shuffle, int mapPartition) {
        ConcurrentHashMap<Integer, MapOutput> ofShuffle = outputs.get(shuffle);
        if (ofShuffle != null) {
            discard(ofShuffle.remove(mapPartition));
        }
    }

    /** Finds its output when it is opened: an attempt that has committed since has the same records. */
    private final class Block implements ShuffleBlock {
        private final ShuffleId shuffle;
        private final int mapPartition;
        private final int firstSlice;
        private final int endSlice;
        private final long size;

        Block(ShuffleId shuffle, int mapPartition, int firstSlice, int endSlice, long size) {
            this.shuffle = shuffle;
            this.mapPartition = mapPartition;
            this.firstSlice = firstSlice;
            this.endSlice = endSlice;
            this.size = size;
        }

        @Override
        public int mapPartition() {
            return mapPartition;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public Frames open() throws IOException {
            return open(firstSlice, endSlice);
        }

        private Frames open(int first, int end) throws IOException {
            while (true) {
                MapOutput output = output();
                try {
                    return output.open(first, end);
                } catch (FileNotFoundException e) {
                    if (output == find(shuffle, mapPartition)) {
                        throw e; // it was not replaced, somebody has deleted its file
                    }
                }
            }
        }

        @Override
        public Frames openSlice(int slice) throws IOException {
            return open(firstSlice + slice, firstSlice + slice + 1);
        }

        private MapOutput output() throws IOException {
            MapOutput output = find(shuffle, mapPartition);
            if (output == null) {
                throw new IOException("the map output was dropped meanwhile");
            }
            return output;
        }

        @Override
        public String toString() {
            return "ShuffleBlock[map " + mapPartition + ", " + size + " bytes]";
        }
    }
}
