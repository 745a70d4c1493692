package dev.capstan.kernel.serialization;

import org.jspecify.annotations.Nullable;

import java.io.EOFException;
import java.io.IOException;
import java.io.InvalidClassException;
import java.io.NotSerializableException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.ObjectStreamField;
import java.io.OutputStream;
import java.io.Serializable;
import java.io.StreamCorruptedException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The JDK's serialization: takes everything that is {@link Serializable}, and {@link Optional} besides. Slow for data,
 * right for functions.
 */
public final class JavaSerializer implements Serializer {
    /** Where some classes are refused: what a hostile or mistaken stream may nest. */
    private static final int MOST_DEPTH = 1_000;

    /** What a collection may claim beyond what the rest of the bytes can hold: small tables have a least size. */
    private static final int SPARE_LENGTH = 2_048;

    private final AllowedClasses allowed;

    public JavaSerializer() {
        this(AllowedClasses.ALL);
    }

    /**
     * @param allowed which classes it writes and reads
     */
    public JavaSerializer(AllowedClasses allowed) {
        this.allowed = allowed;
    }

    @Override
    public byte[] serialize(@Nullable Object value) {
        ByteOutput bytes = new ByteOutput(256);
        serialize(value, bytes);
        return bytes.toByteArray();
    }

    @Override
    public void serialize(@Nullable Object value, ByteOutput out) {
        try (ObjectOutputStream objects = new Output(out, allowed)) {
            objects.writeObject(value);
        } catch (IOException | RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            throw cannotWrite(value, e);
        }
    }

    @Override
    @SuppressWarnings("unchecked")
    public <T> T deserialize(byte[] bytes, ClassLoader loader) {
        return (T) read(new ByteInput(bytes), loader);
    }

    @Nullable Object read(ByteInput bytes, ClassLoader loader) {
        try (ObjectInputStream in = new Input(bytes, loader, allowed)) {
            return in.readObject();
        } catch (IOException
                | ClassNotFoundException
                | RuntimeException
                | LinkageError
                | AssertionError
                | StackOverflowError e) {
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
            } catch (IOException | RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
                startAnew(objects);
                out.truncate(before);
                throw cannotWrite(item, e);
            }
        };
    }

    /** What was written of an object that failed must not be referred to by the next. */
    private static void startAnew(ObjectOutputStream objects) {
        try {
            objects.reset();
            objects.flush();
        } catch (IOException e) {
            throw cannotWrite(null, e);
        }
    }

    @Override
    public <T> Iterator<T> reader(ByteInput in, ClassLoader loader) {
        if (!in.hasRemaining()) {
            return Collections.emptyIterator();
        }
        try {
            return new Reader<>(in, new Input(in, loader, allowed));
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
            return new Input(in, loader, allowed);
        } catch (IOException e) {
            throw cannotRead(e);
        }
    }

    private Output open(OutputStream out) {
        try {
            Output objects = new Output(out, allowed);
            objects.flush();
            return objects;
        } catch (IOException e) {
            throw cannotWrite(null, e);
        }
    }

    /** The error for an object that could not be written. */
    public static SerializationException cannotWrite(@Nullable Object value, Throwable cause) {
        if (cause instanceof SerializationException known) {
            return known;
        }
        String type = nameOf(value);
        String what = value == null ? "null" : "an instance of " + type;
        return new SerializationException(
                switch (cause) {
                    case NotSerializableException e when e.getMessage().equals(type) ->
                            "cannot serialize "
                                    + what
                                    + ": the class does not implement java.io.Serializable; let it, or "
                                    + (value instanceof Record
                                            ? "leave capstan.serializer at compact, which writes records as they are"
                                            : "make it a record");
                    case NotSerializableException e ->
                            "cannot serialize "
                                    + what
                                    + ": "
                                    + DataPath.find(value, e.getMessage())
                                            .map(path -> path + " is a ")
                                            .orElse("it holds a ")
                                    + e.getMessage()
                                    + ", which does not implement java.io.Serializable; let it, or mark the field"
                                    + " transient";
                    case InvalidClassException e -> "cannot serialize " + what + ": " + e.getMessage();
                    case StackOverflowError _ ->
                            "cannot serialize "
                                    + what
                                    + ": its objects refer to each other too deeply (a long linked structure?); keep"
                                    + " them in a list or give the class its own writeObject";
                    default -> "cannot serialize " + what + ": " + cause + FailurePlace.of(cause);
                },
                cause);
    }

    /**
     * The error as the caller should see it: what is wrong with a part of the value is told by the way from the value
     * to that part.
     */
    static SerializationException explained(@Nullable Object value, Throwable failure) {
        return switch (failure) {
            case VirtualMachineError e when !(e instanceof StackOverflowError) -> throw e;
            case ClassNotAllowedException e -> e.at(DataPath.find(value, e.type()).orElse(e.type()));
            case SerializationException e when e.getCause() instanceof NotSerializableException cause ->
                    cannotWrite(value, cause);
            default -> cannotWrite(value, failure);
        };
    }

    /** The error for bytes that could not be read. */
    public static SerializationException cannotRead(Throwable cause) {
        if (cause instanceof SerializationException known) {
            return known;
        }
        if (cause instanceof InvalidClassException) {
            switch (cause.getCause()) { // the JDK wraps what goes wrong while it reads the description of a class
                case ClassNotFoundException unknown -> {
                    return cannotRead(unknown);
                }
                case SerializationException known -> {
                    return known;
                }
                case null, default -> {}
            }
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
                    case StreamCorruptedException e -> "cannot deserialize: the bytes are damaged: " + e.getMessage();
                    case EOFException _ -> "cannot deserialize: the bytes are damaged: they end too early";
                    default -> "cannot deserialize: " + cause + FailurePlace.of(cause);
                },
                cause);
    }

    private static String nameOf(@Nullable Object value) {
        return value == null ? "" : value.getClass().getName();
    }

    /** {@link Optional} is not serializable by itself, yet joins make many. */
    private record WrittenOptional(@SuppressWarnings("serial") @Nullable Object value) implements Serializable {
        Object readResolve() {
            return Optional.ofNullable(value);
        }
    }

    /**
     * What two sides must agree on of a class. The fingerprint stands in place of the description with all fields that
     * the JDK would write, which takes most of the bytes and of the time of small objects. Of the application's own
     * classes the fields follow it, to tell those that differ.
     */
    private record Schema(long fingerprint, String fields) {
        private static final ClassValue<Schema> ALL =
                new ClassValue<>() {
                    @Override
                    protected Schema computeValue(Class<?> type) {
                        return make(type);
                    }
                };

        /** Longer than this a string does not fit into the stream. */
        private static final int MOST_LETTERS = 20_000;

        static Schema of(Class<?> type) {
            return ALL.get(type);
        }

        /** The JDK and the engine are the same on both sides; arrays have no fields. */
        static boolean travels(String type) {
            return !type.startsWith("java.")
                    && !type.startsWith("[")
                    && !type.startsWith("dev.capstan.engine.")
                    && !type.startsWith("dev.capstan.driver.");
        }

        private static Schema make(Class<?> type) {
            ObjectStreamClass description = ObjectStreamClass.lookupAny(type);
            List<String> fields = new ArrayList<>();
            long hash = description.getSerialVersionUID();
            for (ObjectStreamField field : description.getFields()) {
                hash = hash * 31 + field.getName().hashCode();
                hash = hash * 31 + (field.isPrimitive() ? field.getTypeCode() : field.getTypeString().hashCode());
                fields.add(field.getName());
                fields.add(field.getType().getTypeName());
            }
            String text = SchemaDifference.schema(fields);
            return new Schema(hash, text.length() > MOST_LETTERS ? "" : text);
        }
    }

    /** What may be written to a stream, all if it is none of ours. */
    static AllowedClasses allowedBy(ObjectOutputStream out) {
        return out instanceof Output ours ? ours.allowed : AllowedClasses.ALL;
    }

    /** What may be read from a stream, all if it is none of ours. */
    static AllowedClasses allowedBy(ObjectInputStream in) {
        return in instanceof Input ours ? ours.allowed : AllowedClasses.ALL;
    }

    /** Where a stream finds classes. */
    static ClassLoader loaderOf(ObjectInputStream in) {
        if (in instanceof Input ours) {
            return ours.loader;
        }
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread != null ? ofThread : JavaSerializer.class.getClassLoader();
    }

    static class Output extends ObjectOutputStream {
        private final AllowedClasses allowed;

        Output(OutputStream out, AllowedClasses allowed) throws IOException {
            super(out);
            this.allowed = allowed;
            enableReplaceObject(true);
        }

        /** Every class whose objects are written comes by here, and the one in which a lambda is written too. */
        @Override
        protected void writeClassDescriptor(ObjectStreamClass description) throws IOException {
            String name = description.getName();
            allowed.require(name);
            Schema schema = Schema.of(description.forClass());
            writeUTF(name);
            writeLong(schema.fingerprint());
            if (Schema.travels(name)) {
                writeUTF(schema.fields());
            }
        }

        @Override
        protected Object replaceObject(Object object) throws IOException {
            if (object instanceof Optional<?> optional) {
                Object value = optional.orElse(null);
                if (value != null && !(value instanceof Serializable) && !(value instanceof Optional<?>)) {
                    throw new NotSerializableException(value.getClass().getName());
                }
                return new WrittenOptional(value);
            }
            return object;
        }
    }

    /** Finds classes through the application's loader. */
    private static final class Input extends ObjectInputStream {
        private final ByteInput bytes;
        private final ClassLoader loader;
        private final AllowedClasses allowed;

        Input(ByteInput in, ClassLoader loader, AllowedClasses allowed) throws IOException {
            super(in);
            this.bytes = in;
            this.loader = loader;
            this.allowed = allowed;
            setObjectInputFilter(this::bound);
        }

        /** Damaged bytes must not ask for all memory: what an array holds must be there. */
        private ObjectInputFilter.Status bound(ObjectInputFilter.FilterInfo next) {
            long length = next.arrayLength();
            if (length > SPARE_LENGTH
                    && length * leastBytes(next.serialClass()) > 4L * bytes.available() + SPARE_LENGTH) {
                throw new SerializationException("the bytes are damaged: an array of length " + length, null);
            }
            if (allowed.restricts() && next.depth() > MOST_DEPTH) {
                throw new SerializationException(
                        "cannot deserialize: objects are nested more than "
                                + MOST_DEPTH
                                + " deep, which is the most while "
                                + AllowedClasses.KEY
                                + " is set",
                        null);
            }
            return ObjectInputFilter.Status.UNDECIDED;
        }

        /** Four times what an element takes in the stream; tables of hash maps are larger than what they hold. */
        private static long leastBytes(@Nullable Class<?> array) {
            Class<?> element = array == null ? null : array.getComponentType();
            if (element == long.class || element == double.class) {
                return 4 * Long.BYTES;
            } else if (element == int.class || element == float.class) {
                return 4 * Integer.BYTES;
            } else if (element == short.class || element == char.class) {
                return 4 * Short.BYTES;
            }
            return element != null && element.isPrimitive() ? 4 : 1;
        }

        @Override
        protected ObjectStreamClass readClassDescriptor() throws IOException, ClassNotFoundException {
            String name = readUTF();
            allowed.require(name);
            Class<?> primitive = Class.forPrimitiveName(name);
            Class<?> type = primitive != null ? primitive : Class.forName(name, false, loader);
            Schema here = Schema.of(type);
            long fingerprint = readLong();
            String fields = Schema.travels(name) ? readUTF() : here.fields();
            if (fingerprint != here.fingerprint()) {
                throw SchemaDifference.between(
                        name,
                        "field",
                        fields,
                        here.fields(),
                        "its serialVersionUID is another one, as of a class that was compiled from other source");
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
                allowed.require(names[i]);
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
            } catch (IOException
                    | ClassNotFoundException
                    | RuntimeException
                    | LinkageError
                    | AssertionError
                    | StackOverflowError e) {
                throw cannotRead(e);
            }
        }
    }
}
