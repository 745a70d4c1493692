package dev.capstan.devcluster.mesos.http;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Reads the requests of one connection, one behind the other. */
final class RequestReader {
    private static final int MOST_LINE_BYTES = 16 << 10;
    private static final int MOST_HEADERS = 200;
    private static final int MOST_BODY_BYTES = 256 << 20;
    private static final int HEXADECIMAL = 16;

    private final InputStream in;

    /**
     * @param in buffered, since it is read byte by byte
     */
    RequestReader(InputStream in) {
        this.in = in;
    }

    /**
     * The next request; empty when the peer has ended its side between two of them.
     *
     * @throws IOException when the connection breaks, or carries something that is not HTTP
     */
    Optional<HttpRequest> next() throws IOException {
        String start = line();
        if (start == null) {
            return Optional.empty();
        }
        String[] parts = start.split(" ", -1);
        if (parts.length != 3 || !parts[2].startsWith("HTTP/1.")) {
            throw new IOException("not HTTP/1.1: " + start);
        }
        Map<String, String> headers = headers();
        byte[] body = body(headers);
        if (headers.getOrDefault("content-encoding", "").equalsIgnoreCase("gzip")) {
            body = unpacked(body);
        }
        int query = parts[1].indexOf('?');
        String connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
        boolean closes =
                connection.contains("close") || parts[2].equals("HTTP/1.0") && !connection.contains("keep-alive");
        return Optional.of(
                new HttpRequest(
                        parts[0],
                        query < 0 ? parts[1] : parts[1].substring(0, query),
                        query < 0 ? "" : parts[1].substring(query + 1),
                        headers,
                        body,
                        closes));
    }

    private Map<String, String> headers() throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        while (true) {
            String line = line();
            if (line == null) {
                throw new EOFException("the connection ended within a request");
            }
            if (line.isEmpty()) {
                return headers;
            }
            int colon = line.indexOf(':');
            if (colon <= 0 || headers.size() >= MOST_HEADERS) {
                throw new IOException("not a header: " + line);
            }
            headers.put(line.substring(0, colon).strip().toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
    }

    private byte[] body(Map<String, String> headers) throws IOException {
        if (headers.getOrDefault("transfer-encoding", "").equalsIgnoreCase("chunked")) {
            return chunks();
        }
        return exactly(length(headers.getOrDefault("content-length", "0"), 10));
    }

    private byte[] chunks() throws IOException {
        var body = new ByteArrayOutputStream();
        while (true) {
            String head = line();
            if (head == null) {
                throw new EOFException("the connection ended within a body");
            }
            int length = length(head.split(";", 2)[0].strip(), HEXADECIMAL);
            if (length == 0) {
                headers(); // trailers end as headers do
                return body.toByteArray();
            }
            body.write(exactly(length));
            if (body.size() > MOST_BODY_BYTES) {
                throw new IOException("the body is too large");
            }
            line();
        }
    }

    private static int length(String text, int radix) throws IOException {
        int length;
        try {
            length = Integer.parseInt(text, radix);
        } catch (NumberFormatException e) {
            throw new IOException("not a length: " + text, e);
        }
        if (length < 0 || length > MOST_BODY_BYTES) {
            throw new IOException("a body of " + length + " bytes is not taken");
        }
        return length;
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the connection ended within a body");
        }
        return bytes;
    }

    private static byte[] unpacked(byte[] body) throws IOException {
        try (var unpacking = new GZIPInputStream(new ByteArrayInputStream(body))) {
            byte[] plain = unpacking.readNBytes(MOST_BODY_BYTES);
            if (unpacking.read() >= 0) {
                throw new IOException("the body is too large");
            }
            return plain;
        }
    }

    /** A line without its end; null at the end of the stream. */
    private @Nullable String line() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            int next = in.read();
            if (next < 0) {
                return null;
            }
            if (next == '\n') {
                String text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            if (line.size() >= MOST_LINE_BYTES) {
                throw new IOException("a line is too long");
            }
            line.write(next);
        }
    }
}
