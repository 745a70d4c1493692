package dev.capstan.engine.disk;

import java.nio.ByteBuffer;
import java.util.function.Supplier;

/**
 * What stands before the bytes of a frame, in files and on streams alike, in this order.
 *
 * @param size of the compressed bytes that follow
 * @param rawLength of what they decompress to
 * @param codec in one byte
 * @param checksum of the compressed bytes, the raw length and the codec
 */
record FrameHead(int size, int rawLength, Codec codec, int checksum) {
    static final int BYTES = 13;
    private static final Codec[] CODECS = Codec.values();

    /**
     * What was read as a head, if it can be one.
     *
     * @param where it was read, for the message if it is none
     */
    static FrameHead of(int size, int rawLength, int codec, int checksum, Supplier<String> where)
            throws DamagedFrameException {
        if (size < 0 || rawLength < 0 || codec < 0 || codec >= CODECS.length) {
            throw new DamagedFrameException("damaged frame: " + where.get() + ": its head makes no sense");
        }
        return new FrameHead(size, rawLength, CODECS[codec], checksum);
    }

    byte[] toBytes() {
        return ByteBuffer.allocate(BYTES)
                .putInt(size)
                .putInt(rawLength)
                .put((byte) codec.ordinal())
                .putInt(checksum)
                .array();
    }
}
