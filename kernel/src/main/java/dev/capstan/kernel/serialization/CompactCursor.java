package dev.capstan.kernel.serialization;

import static dev.capstan.kernel.serialization.CompactTag.*;

import org.jspecify.annotations.Nullable;

/** Passes over values in the compact format, and looks at them, without making objects. */
final class CompactCursor implements SeekableReader {
    private final CompactReader<?> reader;
    private final ByteInput in;

    CompactCursor(CompactReader<?> reader) {
        this.reader = reader;
        this.in = reader.input();
    }

    @Override
    public boolean hasNext() {
        return in.hasRemaining();
    }

    @Override
    public int position() {
        return in.position();
    }

    @Override
    public void position(int position) {
        in.position(position);
        reader.startAnew();
    }

    @Override
    public @Nullable Object read() {
        return reader.read();
    }

    @Override
    public void skip() {
        try {
            pass();
        } catch (RuntimeException | LinkageError e) {
            throw JavaSerializer.cannotRead(e);
        }
    }

    private void pass() {
        byte tag = in.next();
        switch (tag) {
            case NULL, TRUE, FALSE, EMPTY_OPTIONAL -> {}
            case INT, LONG, FLOAT, SHORT, BYTE, CHAR -> in.skipVarLong();
            case DOUBLE -> in.take(Long.BYTES);
            case LATIN, BYTES, BOOLEANS, JAVA_OBJECT -> in.take(reader.length());
            case UTF16, CHARS, SHORTS -> passElements(Character.BYTES);
            case FLOATS -> passElements(Float.BYTES);
            case DOUBLES -> passElements(Double.BYTES);
            case INTS, LONGS -> {
                for (int left = reader.length(); left > 0; left--) {
                    in.skipVarLong();
                }
            }
            case OBJECTS,
                    STRINGS,
                    ARRAY_LIST,
                    IMMUTABLE_LIST,
                    HASH_SET,
                    LINKED_HASH_SET,
                    ARRAY_AS_LIST,
                    IMMUTABLE_SET,
                    TREE_SET,
                    LINKED_LIST,
                    ARRAY_DEQUE ->
                    pass(reader.length());
            case HASH_MAP, LINKED_HASH_MAP, IMMUTABLE_MAP, TREE_MAP -> pass(2 * reader.length(2));
            case ORDERED_TREE_SET -> {
                pass(1);
                pass(reader.length());
            }
            case ORDERED_TREE_MAP -> {
                pass(1);
                pass(2 * reader.length(2));
            }
            case ARRAY -> {
                Class<?> unused = reader.names().type();
                pass(reader.length());
            }
            case OPTIONAL -> pass(1);
            case ENTRY -> pass(2);
            case ENUM -> {
                Enum<?> unused = reader.names().constant();
            }
            case RECORD -> pass(reader.names().shape().size());
            default -> passScalar(tag);
        }
    }

    private void pass(int items) {
        reader.enter();
        for (int left = items; left > 0; left--) {
            pass();
        }
        reader.leave();
    }

    private void passElements(int width) {
        in.take(width * reader.length(width));
    }

    /** They are small: making one costs about what finding its end would. */
    private void passScalar(byte tag) {
        CompactScalar scalar = CompactScalar.tagged(tag);
        if (scalar == null) {
            throw CompactReader.unknown(tag);
        }
        Object unused = scalar.read(in);
    }

    @Override
    public PrefixKind prefixKind() {
        return switch (in.peek()) {
            case LATIN, UTF16 -> PrefixKind.TEXT;
            case INT -> PrefixKind.INTEGER;
            case LONG -> PrefixKind.LONG;
            case DOUBLE -> PrefixKind.DOUBLE;
            default -> PrefixKind.NONE;
        };
    }

    @Override
    public long sortPrefix() {
        int start = in.position();
        long prefix =
                switch (in.next()) {
                    case LATIN -> in.latinPrefix(reader.length());
                    case UTF16 -> CompactText.widePrefix(in, reader.length(Character.BYTES));
                    case INT -> in.readSigned() ^ Long.MIN_VALUE;
                    case LONG -> in.readSignedLong() ^ Long.MIN_VALUE;
                    case DOUBLE -> SortPrefix.number(Double.longBitsToDouble(in.readLong()));
                    default -> throw new IllegalStateException("this record has no prefix");
                };
        in.position(start);
        return prefix;
    }
}
