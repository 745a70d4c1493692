package dev.capstan.engine.lineage;

import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The lines of text files, cut into splits by position. The splits travel with the tasks. */
public final class TextFile extends Lineage<String> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<TextSplit> splits;

    private TextFile(Origin origin, List<TextSplit> splits) {
        super(origin, splits.size(), List.of(), null);
        this.splits = splits;
    }

    /** Finds the files at once; see {@link TextSplits#of}. */
    public static TextFile of(Origin origin, String path, int minPartitions) {
        return new TextFile(origin, TextSplits.of(path, minPartitions));
    }

    @Override
    public Optional<SourceSlice> slice(int partition) {
        if (splits == null) {
            throw new IllegalStateException(label() + ": its splits are known in the driver only");
        }
        TextSplit split = splits.get(partition);
        ByteOutput bytes = new ByteOutput();
        bytes.writeVarLong(split.start());
        bytes.writeVarLong(split.end());
        byte[] path = split.path().getBytes(StandardCharsets.UTF_8);
        bytes.writeVarInt(path.length);
        bytes.write(path);
        return Optional.of(new SourceSlice(id(), partition, bytes.toByteArray()));
    }

    @Override
    protected Iterator<String> compute(int partition, TaskContext task) {
        ByteInput bytes = new ByteInput(task.slice(id(), partition));
        long start = bytes.readVarLong();
        long end = bytes.readVarLong();
        String path = new String(bytes.readBytes(bytes.readVarInt()), StandardCharsets.UTF_8);
        LineReader lines = LineReader.open(new TextSplit(path, start, end));
        task.onCompletion(lines::close);
        return new SourceIterator<>(lines, task);
    }
}
