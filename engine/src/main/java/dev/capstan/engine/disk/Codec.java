package dev.capstan.engine.disk;

import com.github.luben.zstd.Zstd;

import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

import java.io.IOException;

/** How data is compressed on its way to disk and between executors. The order is part of the format. */
public enum Codec {
    /** Not at all. */
    NONE {
        @Override
        public int mostBytes(int rawLength) {
            return rawLength;
        }

        @Override
        public int compress(byte[] raw, int offset, int length, byte[] target) {
            System.arraycopy(raw, offset, target, 0, length);
            return length;
        }

        @Override
        public void decompress(byte[] stored, int offset, int length, byte[] target, int at, int rawLength)
                throws IOException {
            expect(length, rawLength);
            System.arraycopy(stored, offset, target, at, rawLength);
        }
    },
    /** Fast, to about half the size. */
    LZ4 {
        @Override
        public int mostBytes(int rawLength) {
            return Lz4.FACTORY.fastCompressor().maxCompressedLength(rawLength);
        }

        @Override
        public int compress(byte[] raw, int offset, int length, byte[] target) {
            return Lz4.FACTORY.fastCompressor().compress(raw, offset, length, target, 0, target.length);
        }

        @Override
        public void decompress(byte[] stored, int offset, int length, byte[] target, int at, int rawLength)
                throws IOException {
            try {
                expect(
                        Lz4.FACTORY.safeDecompressor().decompress(stored, offset, length, target, at, rawLength),
                        rawLength);
            } catch (LZ4Exception e) {
                throw new IOException("LZ4 cannot decompress it", e);
            }
        }
    },
    /** Slower, to about a third of the size. */
    ZSTD {
        private static final int LEVEL = 1;

        @Override
        public int mostBytes(int rawLength) {
            return Math.toIntExact(Zstd.compressBound(rawLength));
        }

        @Override
        public int compress(byte[] raw, int offset, int length, byte[] target) {
            long size = Zstd.compressByteArray(target, 0, target.length, raw, offset, length, LEVEL);
            if (Zstd.isError(size)) {
                throw new IllegalStateException("zstd cannot compress: " + Zstd.getErrorName(size));
            }
            return (int) size;
        }

        @Override
        public void decompress(byte[] stored, int offset, int length, byte[] target, int at, int rawLength)
                throws IOException {
            long size = Zstd.decompressByteArray(target, at, rawLength, stored, offset, length);
            if (Zstd.isError(size)) {
                throw new IOException("zstd cannot decompress it: " + Zstd.getErrorName(size));
            }
            expect(size, rawLength);
        }
    };

    /** Loaded when the first byte is compressed: it unpacks a native library. */
    private static final class Lz4 {
        static final LZ4Factory FACTORY = factory();

        private static LZ4Factory factory() {
            try {
                return LZ4Factory.nativeInstance();
            } catch (Throwable e) { // the faster of the two in Java uses what the JDK removes
                System.getLogger(Codec.class.getName())
                        .log(
                                System.Logger.Level.INFO,
                                "LZ4 runs in Java, which takes four times as long: this machine has no library for it,"
                                        + " or the JVM was started without --enable-native-access=ALL-UNNAMED",
                                e);
                return LZ4Factory.safeInstance();
            }
        }
    }

    private static void expect(long length, int rawLength) throws IOException {
        if (length != rawLength) {
            throw new IOException("it decompresses to " + length + " bytes instead of " + rawLength);
        }
    }

    /** How long so many bytes may become. */
    public abstract int mostBytes(int rawLength);

    /** Returns the length of what it wrote from the start of the target. */
    public abstract int compress(byte[] raw, int offset, int length, byte[] target);

    /**
     * Writes what so many stored bytes were made of, which must be so many.
     *
     * @param at where in the target
     */
    public abstract void decompress(byte[] stored, int offset, int length, byte[] target, int at, int rawLength)
            throws IOException;
}
