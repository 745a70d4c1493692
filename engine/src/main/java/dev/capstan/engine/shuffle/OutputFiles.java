package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.FrameOutput;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.disk.Segment;
import dev.capstan.engine.disk.SpillFile;
import dev.capstan.engine.id.ShuffleId;

import java.io.IOException;

/**
 * Where the output of one map task goes on disk.
 *
 * @param number of this output in its store
 */
record OutputFiles(
        long number, ShuffleId shuffle, int mapPartition, int slices, LocalDirectories directories, Codec codec) {
    String describe() {
        return "map output " + mapPartition + " of " + shuffle;
    }

    SpillFile spills() {
        return directories.spillFile("a spill of " + describe(), codec);
    }

    /** Writes the frames of one slice. */
    @FunctionalInterface
    interface PartitionContent {
        void writeTo(int slice, FrameOutput out) throws IOException;
    }

    /**
     * Writes the data file: the frames of each slice in turn, then where each of them ends.
     *
     * @param bytes about how many
     */
    OutputFile write(PartitionContent content, long bytes) throws IOException {
        long[] ends = new long[slices];
        Segment whole =
                directories.writeWhole(
                        describe(),
                        bytes,
                        codec,
                        out -> {
                            for (int slice = 0; slice < slices; slice++) {
                                content.writeTo(slice, out);
                                ends[slice] = out.position();
                            }
                            for (long end : ends) {
                                out.number(end);
                            }
                        });
        long indexStart = whole.end() - (long) slices * Long.BYTES;
        return new OutputFile(whole.file(), indexStart, slices > OutputFile.MOST_ENDS ? null : ends, describe());
    }
}
