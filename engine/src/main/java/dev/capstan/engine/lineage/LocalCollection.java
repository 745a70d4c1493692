package dev.capstan.engine.lineage;

import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.SerializationException;
import dev.capstan.kernel.serialization.Serializer;
import dev.capstan.kernel.serialization.Shareable;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Elements that the driver had. They are serialized when the node is made, in the thread that makes it: what happens to
 * them later changes nothing. The bytes travel with the tasks, not with the code.
 */
public final class LocalCollection<T> extends Lineage<T> implements Shareable {
    private static final long serialVersionUID = 1L;

    private final transient byte @Nullable [][] slices;

    private LocalCollection(Origin origin, byte[][] slices) {
        super(origin, slices.length, List.of(), null);
        this.slices = slices;
    }

    /** Spreads the elements evenly, in order. */
    public static <T> LocalCollection<T> of(
            Origin origin, Collection<? extends T> elements, int partitions, Serializer serializer) {
        byte[][] slices = new byte[partitions][];
        Iterator<? extends T> rest = elements.iterator();
        int size = elements.size();
        int index = 0;
        for (int partition = 0; partition < partitions; partition++) {
            long end = (long) (partition + 1) * size / partitions;
            ByteOutput bytes = new ByteOutput();
            Serializer.RecordWriter writer = serializer.writer(bytes);
            for (; index < end; index++) {
                write(origin, writer, index, rest.next());
            }
            slices[partition] = bytes.toByteArray();
        }
        return new LocalCollection<>(origin, slices);
    }

    private static void write(Origin origin, Serializer.RecordWriter writer, int index, @Nullable Object element) {
        try {
            writer.write(element);
        } catch (SerializationException e) {
            throw new SerializationException(
                    origin.operator() + " at " + origin.callSite() + ": element " + index + ": " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<SourceSlice> slice(int partition) {
        if (slices == null) {
            throw new IllegalStateException(label() + ": its elements are known in the driver only");
        }
        return Optional.of(new SourceSlice(id(), partition, slices[partition]));
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        Iterator<T> elements = task.serializer().reader(new ByteInput(task.slice(id(), partition)), task.loader());
        return new SourceIterator<>(elements, task);
    }
}
