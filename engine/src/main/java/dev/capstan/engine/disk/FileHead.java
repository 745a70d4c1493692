package dev.capstan.engine.disk;

import dev.capstan.kernel.serialization.Serializer;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * How a file begins that may outlive the program: {@code CAPSTAN}, the version of its format, what it is, and by which
 * serializer, and which version of its format, its elements were written. What is not known here is refused, because
 * its elements would be read as others.
 */
public final class FileHead {
    /** Of what lies around the elements. The first version had no kinds and no version of the serializer's. */
    static final byte VERSION = 2;

    private static final byte[] MARK = "CAPSTAN".getBytes(StandardCharsets.US_ASCII);

    private FileHead() {}

    /** What a file is. */
    public enum Kind {
        OBJECT_FILE('O', "an object file", "saveAsObjectFile"),
        CHECKPOINT('C', "a file of a checkpoint", "checkpoint()");

        private final char letter;
        private final String description;
        private final String origin;

        Kind(char letter, String description, String origin) {
            this.letter = letter;
            this.description = description;
            this.origin = origin;
        }

        /** With its article. */
        public String description() {
            return description;
        }
    }

    /** Of a file that is written now. */
    public static byte[] of(Kind kind, Serializer serializer) {
        var bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.write(MARK);
            out.writeByte(VERSION);
            out.writeByte(kind.letter);
            out.writeUTF(serializer.getClass().getName());
            out.writeInt(serializer.formatVersion());
        } catch (IOException e) {
            throw new UncheckedIOException("not while it goes into memory", e);
        }
        return bytes.toByteArray();
    }

    /**
     * Reads as far as the head goes.
     *
     * @throws OtherFormatException when it is of another version, or of another kind
     * @throws EOFException when it ends within the head
     * @throws IOException when the file is none of ours
     */
    public static void read(DataInputStream in, Kind kind, Serializer serializer) throws IOException {
        byte[] mark = in.readNBytes(MARK.length);
        if (!Arrays.equals(mark, Arrays.copyOf(MARK, mark.length))) {
            throw new IOException("it was not written by " + kind.origin);
        }
        if (mark.length < MARK.length) {
            throw new EOFException();
        }
        requireVersion("it is of format version ", in.readByte(), VERSION);
        char letter = (char) in.readUnsignedByte();
        if (letter != kind.letter) {
            throw new OtherFormatException("it is " + describe(letter) + ", not " + kind.description);
        }
        String written = in.readUTF();
        String name = serializer.getClass().getName();
        if (!written.equals(name)) {
            throw new OtherFormatException(
                    "it was written with the serializer " + written + ", which is not this program's");
        }
        requireVersion(
                "it was written with the serializer " + name + " in version ",
                in.readInt(),
                serializer.formatVersion());
    }

    private static void requireVersion(String what, int found, int known) throws OtherFormatException {
        if (found != known) {
            throw new OtherFormatException(what + found + ", and this program knows version " + known);
        }
    }

    private static String describe(char letter) {
        for (Kind kind : Kind.values()) {
            if (kind.letter == letter) {
                return kind.description;
            }
        }
        return "of a kind that is not known here";
    }
}
