package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The JDK's serialization: takes everything that is {@link Serializable}, and {@link Optional} besides. Slow for data,
 * right for functions.
 */
public final class JavaSerializer implements Serializer {
    @Override
    public byte[] serialize(@Nullable Object value) {
        ByteOutput bytes = new ByteOutput(256);
        try (ObjectOutputStream out = new Output(bytes)) {
            out.writeObject(value);
        } catch (IOException | StackOverflowError e) {
            throw cannotWrite(value, e);
        }
        return bytes.toByteArray();
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T deserialize(byte[] bytes, ClassLoader loader) {
        try (ObjectInputStream in = new Input(new ByteInput(bytes), loader)) {
            return (T) in.readObject();
        } catch (IOException | ClassNotFoundException | StackOverflowError e) {
            throw cannotRead(e);
        }
    }

    @Override
    public RecordWriter writer(ByteOutput out) {
        Output objects = open(out);
        return item -> {
            int before = out.size();
            try {
                objects.writeUnshared(item);
                // Without this an object that is written twice, changed in between, would be read unchanged.
                objects.reset();
                objects.flush();
            } catch (IOException | StackOverflowError e) {
                out.truncate(before);
                throw cannotWrite(item, e);
            }
        };
    }

    @Override
    public <T> Iterator<T> reader(ByteInput in, ClassLoader loader) {
        if (!in.hasRemaining()) {
            return Collections.emptyIterator();
        }
        try {
            return new Reader<>(in, new Input(in, loader));
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    /** An object stream for several objects that may share parts, for functions and their surroundings. */
    public ObjectOutputStream objects(OutputStream out) {
        return open(out);
    }

    /** Reads what was written to {@link #objects(OutputStream)}. */
    public ObjectInputStream objects(ByteInput in, ClassLoader loader) {
        try {
            return new Input(in, loader);
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    private static Output open(OutputStream out) {
        try {
            Output objects = new Output(out);
            objects.flush();
            return objects;
        } catch (IOException e) {
            throw cannotWrite(null, e);
        }
    }

    /** The error for an object that could not be written. */
    public static SerializationException cannotWrite(@Nullable Object value, Throwable cause) {
        String what = value == null ? "null" : "an instance of " + value.getClass().getName();
        return new SerializationException(
                "cannot serialize "
                        + what
                        + switch (cause) {
                            case NotSerializableException e ->
                                    e.getMessage().equals(nameOf(value))
                                            ? ": the class does not implement java.io.Serializable; let it, or make it"
                                                    + " a record"
                                            : ": it holds a "
                                                    + e.getMessage()
                                                    + ", which does not implement"
                                                    + " java.io.Serializable; let it, or mark the field transient";
                            case InvalidClassException e -> ": " + e.getMessage();
                            case StackOverflowError _ ->
                                    ": its objects refer to each other too deeply (a long linked"
                                            + " structure?); keep them in a list or give the class its own writeObject";
                            default -> ": " + cause;
                        },
                cause);
    }

    /** The error for bytes that could not be read. */
    public static SerializationException cannotRead(Throwable cause) {
        if (cause instanceof InvalidClassException && cause.getCause() instanceof ClassNotFoundException unknown) {
            return cannotRead(unknown); // the JDK wraps what goes wrong while it reads the description of a class
        }
        return new SerializationException(
                switch (cause) {
                    case ClassNotFoundException e ->
                            "cannot deserialize: class "
                                    + e.getMessage()
                                    + " is not known here; add the jar that holds it to the application";
                    case InvalidClassException e ->
                            "cannot deserialize: "
                                    + e.getMessage()
                                    + "; the class differs between the two sides: run the same jars on both";
                    default -> "cannot deserialize: " + cause;
                },
                cause);
    }

    private static String nameOf(@Nullable Object value) {
        return value == null ? "" : value.getClass().getName();
    }

    /** {@link Optional} is not serializable by itself, yet joins make many. */
    private record WrittenOptional(@Nullable Serializable value) implements Serializable {
        Object readResolve() {
            return Optional.ofNullable(value);
        }
    }

    /**
     * What two sides must agree on of a class. It stands in place of the description with all fields that the JDK would
     * write, which takes most of the bytes and of the time of small objects: both sides run the same jars.
     */
    private static final ClassValue<Long> FINGERPRINTS =
            new ClassValue<>() {
                @Override
                protected Long computeValue(Class<?> type) {
                    ObjectStreamClass description = ObjectStreamClass.lookupAny(type);
                    long hash = description.getSerialVersionUID();
                    for (ObjectStreamField field : description.getFields()) {
                        hash = hash * 31 + field.getName().hashCode();
                        hash =
                                hash * 31
                                        + (field.isPrimitive()
                                                ? field.getTypeCode()
                                                : field.getTypeString().hashCode());
                    }
                    return hash;
                }
            };

    static class Output extends ObjectOutputStream {
        Output(OutputStream out) throws IOException {
            super(out);
            enableReplaceObject(true);
        }

        @Override
        protected void writeClassDescriptor(ObjectStreamClass description) throws IOException {
            writeUTF(description.getName());
            writeLong(FINGERPRINTS.get(description.forClass()));
        }

        @Override
        protected Object replaceObject(Object object) throws IOException {
            if (object instanceof Optional<?> optional) {
                Object value = optional.orElse(null);
                if (value != null && !(value instanceof Serializable)) {
                    throw new NotSerializableException(value.getClass().getName());
                }
                return new WrittenOptional((Serializable) value);
            }
            return object;
        }
    }

    /** Finds classes through the application's loader. */
    private static final class Input extends ObjectInputStream {
        private final ClassLoader loader;

        Input(ByteInput in, ClassLoader loader) throws IOException {
            super(in);
            this.loader = loader;
        }

        @Override
        protected ObjectStreamClass readClassDescriptor() throws IOException, ClassNotFoundException {
            String name = readUTF();
            Class<?> primitive = Class.forPrimitiveName(name);
            Class<?> type = primitive != null ? primitive : Class.forName(name, false, loader);
            if (readLong() != FINGERPRINTS.get(type)) {
                throw new InvalidClassException(name, "its fields or its serialVersionUID are not the same");
            }
            return ObjectStreamClass.lookupAny(type);
        }

        @Override
        protected Class<?> resolveClass(ObjectStreamClass description) {
            return description.forClass();
        }

        @Override
        @SuppressWarnings("deprecation") // the only way to make the class of a proxy from names
        protected Class<?> resolveProxyClass(String[] names) throws IOException, ClassNotFoundException {
            Class<?>[] interfaces = new Class<?>[names.length];
            for (int i = 0; i < names.length; i++) {
                interfaces[i] = Class.forName(names[i], false, loader);
            }
            return Proxy.getProxyClass(loader, interfaces);
        }
    }

    private static final class Reader<T> implements Iterator<T> {
        private final ByteInput in;
        private final Input objects;

        Reader(ByteInput in, Input objects) {
            this.in = in;
            this.objects = objects;
        }

        /** The object stream reads nothing ahead between two objects, except the mark of the reset, one byte. */
        @Override
        public boolean hasNext() {
            return in.available() > 1;
        }

        @Override
        @SuppressWarnings("unchecked")
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                return (T) objects.readUnshared();
            } catch (IOException | ClassNotFoundException | StackOverflowError e) {
                throw cannotRead(e);
            }
        }
    }
}
