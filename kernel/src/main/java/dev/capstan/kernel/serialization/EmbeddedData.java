package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Elements of a dataset in something that Java serialization writes, as the keys at which a sort cuts its partitions:
 * they are written by {@link CompactSerializer}, so that records need not be {@link Serializable} here either.
 */
public final class EmbeddedData implements Serializable {
    private static final long serialVersionUID = 1L;

    private transient List<@Nullable Object> values;

    public EmbeddedData(@Nullable Object... values) {
        this.values = new ArrayList<>(Arrays.asList(values));
    }

    public @Nullable Object[] toArray() {
        return values.toArray();
    }

    @Serial
    private void writeObject(ObjectOutputStream out) throws IOException {
        out.writeObject(new CompactSerializer(JavaSerializer.allowedBy(out)).serialize(values));
    }

    @Serial
    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        byte[] bytes = (byte[]) in.readObject();
        values = new CompactSerializer(JavaSerializer.allowedBy(in)).deserialize(bytes, JavaSerializer.loaderOf(in));
    }
}
