package dev.capstan.devcluster.mesos.message;

import com.google.protobuf.ByteString;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** Random ids from a seeded source. */
public final class Uuids {
    private static final long VERSION_BITS = 0xF000L;
    private static final long VERSION_4 = 0x4000L;
    private static final long VARIANT_BITS = 0xC000_0000_0000_0000L;
    private static final long VARIANT_2 = 0x8000_0000_0000_0000L;
    private static final int BYTES = 16;
    private static final int VERSION_BYTE = 6;
    private static final int HIGHEST_VERSION = 5;

    private Uuids() {}

    public static UUID random(RandomGenerator random) {
        return new UUID(random.nextLong() & ~VERSION_BITS | VERSION_4, random.nextLong() & ~VARIANT_BITS | VARIANT_2);
    }

    public static ByteString bytes(UUID uuid) {
        return ByteString.copyFrom(
                ByteBuffer.allocate(BYTES)
                        .putLong(uuid.getMostSignificantBits())
                        .putLong(uuid.getLeastSignificantBits())
                        .flip());
    }

    /** As people read it. */
    public static String text(ByteString uuid) {
        ByteBuffer bytes = uuid.asReadOnlyByteBuffer();
        return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }

    /** Whether a master takes the bytes as a uuid: sixteen, and a version from 1 to 5. */
    public static boolean isOne(ByteString bytes) {
        if (bytes.size() != BYTES) {
            return false;
        }
        int version = bytes.byteAt(VERSION_BYTE) >> 4 & 0xF;
        return version >= 1 && version <= HIGHEST_VERSION;
    }
}
