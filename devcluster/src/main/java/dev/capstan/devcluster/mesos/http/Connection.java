package dev.capstan.devcluster.mesos.http;

import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * One connection: reads a request, waits for its answer, writes it, and again; or goes on as a stream until its end.
 */
final class Connection {
    private static final System.Logger LOG = System.getLogger(Connection.class.getName());
    private static final long ANSWER_BOUND_SECONDS = 60;
    private static final int WORTH_COMPRESSING = 1024;

    private final Socket socket;
    private final Site site;
    private final Consumer<Connection> whenDone;

    Connection(Socket socket, Site site, Consumer<Connection> whenDone) {
        this.socket = socket;
        this.site = site;
        this.whenDone = whenDone;
    }

    void run() {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            var requests = new RequestReader(in);
            while (true) {
                HttpRequest request = requests.next().orElse(null);
                if (request == null || !answer(request, in, out) || request.closes()) {
                    return;
                }
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "connection ended: {0}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            whenDone.accept(this);
        }
    }

    /** Whether the connection can go on. */
    private boolean answer(HttpRequest request, InputStream in, OutputStream out)
            throws IOException, InterruptedException {
        var exchange = new Waiting(request, this::cut);
        site.handle(exchange);
        switch (exchange.await()) {
            case Waiting.Complete(var complete) -> {
                writeComplete(request, complete, out);
                return true;
            }
            case Stream stream -> {
                pump(stream, in, out);
                return false;
            }
        }
    }

    private static void writeComplete(HttpRequest request, HttpAnswer answer, OutputStream out) throws IOException {
        byte[] body = answer.body();
        Map<String, String> headers = new LinkedHashMap<>();
        if (body.length >= WORTH_COMPRESSING && request.header("accept-encoding").orElse("").contains("gzip")) {
            var packed = new ByteArrayOutputStream();
            try (var packing = new GZIPOutputStream(packed)) {
                packing.write(body);
            }
            body = packed.toByteArray();
            headers.put("Content-Encoding", "gzip");
        }
        headers.putAll(answer.headers());
        headers.put("Content-Length", Integer.toString(body.length));
        writeHead(answer.status(), headers, out);
        out.write(body);
        out.flush();
    }

    private static void writeHead(int status, Map<String, String> headers, OutputStream out) throws IOException {
        var head = new StringBuilder("HTTP/1.1 " + status + " " + reason(status) + "\r\n");
        head.append("Date: ")
                .append(DateTimeFormatter.RFC_1123_DATE_TIME.format(ZonedDateTime.now(ZoneOffset.UTC)))
                .append("\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case 202 -> "Accepted";
            case 307 -> "Temporary Redirect";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 406 -> "Not Acceptable";
            case 409 -> "Conflict";
            case 415 -> "Unsupported Media Type";
            case 500 -> "Internal Server Error";
            case 501 -> "Not Implemented";
            case 503 -> "Service Unavailable";
            default -> "Status " + status;
        };
    }

    /** Writes what is sent until the end; meanwhile another thread looks whether the peer is still there. */
    private void pump(Stream stream, InputStream in, OutputStream out) throws IOException, InterruptedException {
        Thread watcher = Thread.ofVirtual().name("watch-" + socket.getPort()).start(() -> watch(in, stream));
        try {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Transfer-Encoding", "chunked");
            headers.putAll(stream.headers);
            writeHead(200, headers, out);
            out.flush();
            while (true) {
                byte[] chunk = stream.take();
                if (chunk == Stream.CUT) {
                    return;
                }
                if (chunk == Stream.END) {
                    out.write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                    stream.ended = true;
                    return;
                }
                out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.write(chunk);
                out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
            }
        } finally {
            stream.closed();
            cut();
            watcher.join();
        }
    }

    /** A peer says nothing more on such a connection; that it ends its side counts as leaving. */
    private static void watch(InputStream in, Stream stream) {
        try {
            while (in.read() >= 0) {
                // pipelined behind a stream that never ends: never looked at
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "stream broke: {0}", e.getMessage());
        }
        stream.chunks.add(Stream.CUT);
        stream.closed();
    }

    void cut() {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "socket could not be closed", e);
        }
    }

    private sealed interface Outcome {}

    /** An exchange whose answer comes from another thread. */
    private static final class Waiting implements Exchange {
        private record Complete(HttpAnswer answer) implements Outcome {}

        private final HttpRequest request;
        private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

        private final Runnable hangUp;

        Waiting(HttpRequest request, Runnable hangUp) {
            this.request = request;
            this.hangUp = hangUp;
        }

        @Override
        public HttpRequest request() {
            return request;
        }

        @Override
        public void answer(HttpAnswer answer) {
            outcome.complete(new Complete(answer));
        }

        @Override
        public EventStream open(Map<String, String> headers, Runnable whenClosed) {
            var stream = new Stream(headers, whenClosed, hangUp);
            outcome.complete(stream);
            return stream;
        }

        Outcome await() throws InterruptedException {
            try {
                return outcome.get(ANSWER_BOUND_SECONDS, TimeUnit.SECONDS);
            } catch (TimeoutException | ExecutionException e) {
                LOG.log(System.Logger.Level.WARNING, "no answer to " + request.method() + " " + request.path(), e);
                return new Complete(HttpAnswer.text(503, "No answer within " + ANSWER_BOUND_SECONDS + " s"));
            }
        }
    }

    private static final class Stream implements EventStream, Outcome {
        private static final byte[] END = new byte[0];
        private static final byte[] CUT = new byte[0];

        /** A peer that does not read for so long is not waited for: one record may have as much. */
        private static final long MOST_WAITING_BYTES = 64 << 20;

        private final Map<String, String> headers;
        private final BlockingQueue<byte[]> chunks = new LinkedBlockingQueue<>();
        private final AtomicLong waitingBytes = new AtomicLong();
        private final Runnable hangUp;
        private @Nullable Runnable whenClosed;
        private volatile boolean ended;

        Stream(Map<String, String> headers, Runnable whenClosed, Runnable hangUp) {
            this.headers = headers;
            this.hangUp = hangUp;
            this.whenClosed = whenClosed;
        }

        @Override
        public void send(byte[] chunk) {
            long waiting = waitingBytes.getAndAdd(chunk.length);
            if (waiting <= MOST_WAITING_BYTES) {
                chunks.add(chunk);
            } else {
                hangUp.run(); // a word in the queue would never be reached
            }
        }

        byte[] take() throws InterruptedException {
            byte[] chunk = chunks.take();
            waitingBytes.addAndGet(-chunk.length);
            return chunk;
        }

        @Override
        public void end() {
            chunks.add(END);
        }

        @Override
        public void cut() {
            chunks.add(CUT);
        }

        /** Tells once that the peer is gone, unless it was we who ended. */
        synchronized void closed() {
            Runnable told = whenClosed;
            whenClosed = null;
            if (told != null && !ended) {
                told.run();
            }
        }
    }
}
