package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.json.ProtoJson;
import dev.capstan.mesos.wire.Json;
import dev.capstan.mesos.wire.RecordReader;

import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The plainest client there is, so that a test sees what is really sent. */
final class RawHttp implements AutoCloseable {
    private static final int MOST_RECORD_BYTES = 64 << 20;
    private static final int READ_BOUND_MILLIS = 30_000;

    /** An answer, or the head of one that goes on. */
    record Answer(int status, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        Map<String, @Nullable Object> json() {
            return Json.parseObject(text());
        }

        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }
    }

    /** An event, and when it was read. */
    record Arrived(Map<String, @Nullable Object> event, long atNanos) {}

    private final Socket socket;
    private final InputStream in;
    private final List<Arrived> events = new ArrayList<>();
    private boolean isProtobuf;
    private @Nullable String end;

    RawHttp(String authority) throws IOException {
        String[] parts = authority.split(":", 2);
        socket = new Socket(parts[0], Integer.parseInt(parts[1]));
        socket.setSoTimeout(READ_BOUND_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static Answer post(String authority, String path, Map<String, String> headers, String body) throws IOException {
        try (var http = new RawHttp(authority)) {
            return http.send("POST", path, headers, body.getBytes(StandardCharsets.UTF_8));
        }
    }

    Answer send(String method, String path, Map<String, String> headers, byte[] body) throws IOException {
        var head = new StringBuilder(method + " " + path + " HTTP/1.1\r\nHost: test\r\n");
        headers.forEach((name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        return sendRaw(head.toString(), body);
    }

    Answer sendRaw(String head, byte[] body) throws IOException {
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().write(body);
        socket.getOutputStream().flush();
        return answer();
    }

    Answer answer() throws IOException {
        String[] status = line().split(" ", 3);
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            String[] parts = line.split(": ", 2);
            headers.put(parts[0].toLowerCase(Locale.ROOT), parts[1]);
        }
        boolean goesOn = headers.containsKey("transfer-encoding");
        int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
        var answer = new Answer(Integer.parseInt(status[1]), headers, goesOn ? new byte[0] : in.readNBytes(length));
        if (goesOn) {
            socket.setSoTimeout(0);
            isProtobuf = "application/x-protobuf".equals(headers.get("content-type"));
            Thread.ofVirtual().start(this::readEvents);
        }
        return answer;
    }

    private void readEvents() {
        var records = new RecordReader(MOST_RECORD_BYTES);
        try {
            while (true) {
                int length = Integer.parseInt(line(), 16);
                byte[] chunk = in.readNBytes(length);
                line();
                if (length == 0) {
                    ended("last chunk");
                    return;
                }
                for (byte[] each : records.read(ByteBuffer.wrap(chunk))) {
                    var event = new Arrived(parsed(each), System.nanoTime());
                    synchronized (events) {
                        events.add(event);
                    }
                }
            }
        } catch (IOException e) {
            ended("closed");
        }
    }

    private Map<String, @Nullable Object> parsed(byte[] event) throws IOException {
        return Json.parseObject(
                isProtobuf ? ProtoJson.write(Event.parseFrom(event)) : new String(event, StandardCharsets.UTF_8));
    }

    private void ended(String how) {
        synchronized (events) {
            end = how;
        }
    }

    /** The events so far, in order. */
    List<Map<String, @Nullable Object>> events() {
        return arrived().stream().map(Arrived::event).toList();
    }

    /** The events so far, in order, and when they came. */
    List<Arrived> arrived() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** How the stream has ended; empty while it goes on. */
    String end() {
        synchronized (events) {
            return end == null ? "" : end;
        }
    }

    void halfClose() throws IOException {
        socket.shutdownOutput();
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("ended within a line");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.UTF_8).strip();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
