package dev.capstan.engine.files;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * How a file of text is compressed, which the end of its name says. A compressed file is read by one task.
 *
 * <pre>{@code
 * counts.saveAsTextFile("out", Compression.ZSTD); // part-00000.zst and so on
 * context.textFile("out");                        // reads them by their names
 * }</pre>
 */
public enum Compression {
    NONE("none", "") {
        @Override
        InputStream decompress(InputStream from) {
            return from;
        }

        @Override
        OutputStream compress(OutputStream to) {
            return to;
        }
    },
    /** Known everywhere. */
    GZIP("gzip", ".gz") {
        @Override
        InputStream decompress(InputStream from) throws IOException {
            return new GZIPInputStream(from, BUFFER);
        }

        @Override
        OutputStream compress(OutputStream to) throws IOException {
            return new GZIPOutputStream(to, BUFFER);
        }
    },
    /** Smaller than gzip and several times faster. */
    ZSTD("zstd", ".zst") {
        @Override
        InputStream decompress(InputStream from) throws IOException {
            return new ZstdInputStreamNoFinalizer(from, RecyclingBufferPool.INSTANCE);
        }

        @Override
        OutputStream compress(OutputStream to) throws IOException {
            // the checksum is what gzip has as well: damage is an error, not other text
            return new ZstdOutputStreamNoFinalizer(to, RecyclingBufferPool.INSTANCE).setChecksum(true);
        }
    };

    private static final int BUFFER = 64 << 10;

    private final String label;
    private final String suffix;

    Compression(String label, String suffix) {
        this.label = label;
        this.suffix = suffix;
    }

    /** The end of the names of its files, with the dot. */
    public String suffix() {
        return suffix;
    }

    /** For people. */
    String label() {
        return label;
    }

    /** What the name of a file says. */
    public static Compression of(String path) {
        if (path.endsWith(GZIP.suffix)) {
            return GZIP;
        }
        return path.endsWith(ZSTD.suffix) ? ZSTD : NONE;
    }

    abstract InputStream decompress(InputStream from) throws IOException;

    abstract OutputStream compress(OutputStream to) throws IOException;
}
