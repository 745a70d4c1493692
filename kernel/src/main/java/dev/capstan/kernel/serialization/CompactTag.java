package dev.capstan.kernel.serialization;

/**
 * The first byte of a value in the compact format: what follows. They are constants of the format, like those of {@link
 * CompactScalar}: a number that was once given away is never given to something else, and where what follows one
 * changes, {@link CompactSerializer#formatVersion} does too.
 */
final class CompactTag {
    static final byte NULL = 0;
    static final byte TRUE = 1;
    static final byte FALSE = 2;
    static final byte INT = 3;
    static final byte LONG = 4;
    static final byte DOUBLE = 5;
    static final byte FLOAT = 6;
    static final byte SHORT = 7;
    static final byte BYTE = 8;
    static final byte CHAR = 9;
    static final byte LATIN = 10;
    static final byte UTF16 = 11;
    static final byte BYTES = 12;
    static final byte INTS = 13;
    static final byte LONGS = 14;
    static final byte DOUBLES = 15;
    static final byte OBJECTS = 16;
    static final byte STRINGS = 17;
    static final byte ARRAY_LIST = 18;
    static final byte IMMUTABLE_LIST = 19;
    static final byte HASH_SET = 20;
    static final byte LINKED_HASH_SET = 21;
    static final byte HASH_MAP = 22;
    static final byte LINKED_HASH_MAP = 23;
    static final byte EMPTY_OPTIONAL = 24;
    static final byte OPTIONAL = 25;
    static final byte ENUM = 26;
    static final byte RECORD = 27;

    /** Anything else, as {@link JavaSerializer} writes it. */
    static final byte JAVA_OBJECT = 28;

    static final byte ARRAY_AS_LIST = 29;
    static final byte IMMUTABLE_SET = 30;
    static final byte IMMUTABLE_MAP = 31;
    static final byte TREE_SET = 32;
    static final byte TREE_MAP = 33;
    static final byte FLOATS = 34;
    static final byte SHORTS = 35;
    static final byte CHARS = 36;
    static final byte BOOLEANS = 37;

    /** Of elements of a class that is named. */
    static final byte ARRAY = 38;

    static final byte LINKED_LIST = 39;
    static final byte ARRAY_DEQUE = 40;

    /** With its comparator before its elements; so is the next. */
    static final byte ORDERED_TREE_SET = 41;

    static final byte ORDERED_TREE_MAP = 42;

    /** Of {@link java.util.Map#entry}. */
    static final byte ENTRY = 43;

    /** The first of {@link CompactScalar}. */
    static final byte SCALARS = 64;

    private CompactTag() {}
}
