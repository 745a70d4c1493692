package dev.capstan.engine.files;

import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A dataset read from files, or parts of them. Which ones a partition reads travels with its task. */
abstract class FileSource<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final transient @Nullable List<List<FileSplit>> partitions;

    FileSource(Origin origin, List<List<FileSplit>> partitions) {
        super(origin, partitions.size(), List.of(), null);
        this.partitions = List.copyOf(partitions);
    }

    @Override
    public final Optional<SourceSlice> slice(int partition) {
        if (partitions == null) {
            throw new IllegalStateException(label() + ": its files are known in the driver only");
        }
        List<FileSplit> splits = partitions.get(partition);
        ByteOutput bytes = new ByteOutput();
        bytes.writeVarInt(splits.size());
        splits.forEach(split -> split.writeTo(bytes));
        return Optional.of(new SourceSlice(id(), partition, bytes.toByteArray()));
    }

    /** What a partition reads; on an executor. */
    final List<FileSplit> splits(int partition, TaskContext task) {
        ByteInput bytes = new ByteInput(task.slice(id(), partition));
        int count = bytes.readVarInt();
        List<FileSplit> splits = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            splits.add(FileSplit.readFrom(bytes));
        }
        return splits;
    }
}
