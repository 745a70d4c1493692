package dev.capstan.mesos.master;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import dev.capstan.mesos.wire.RecordWriter;

import org.apache.mesos.v1.scheduler.Protos.Call;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

import javax.net.ssl.SSLContext;

/** Somebody who listens like a Mesos master, and does what a test says. */
public final class FakeMaster implements AutoCloseable {
    static final String STREAM_ID = "5f1e0f6e-0000-4000-8000-000000000001";

    public final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);

    /** A request as it arrived. */
    public record Heard(byte[] body, List<String> streamId, List<String> authorization) {
        /** Of a scheduler. */
        Call call() {
            try {
                return Call.parseFrom(body);
            } catch (InvalidProtocolBufferException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** What is done with a request. */
    @FunctionalInterface
    public interface Answer {
        void to(HttpExchange exchange, Heard heard) throws IOException;
    }

    public FakeMaster(Answer answer) throws IOException {
        this(HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0), answer);
    }

    /** One that speaks TLS. */
    FakeMaster(SSLContext tls, Answer answer) throws IOException {
        this(encrypted(tls), answer);
    }

    private static HttpServer encrypted(SSLContext tls) throws IOException {
        HttpsServer server = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        return server;
    }

    private FakeMaster(HttpServer server, Answer answer) {
        this.server = server;
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    var request =
                            new Heard(
                                    exchange.getRequestBody().readAllBytes(),
                                    exchange.getRequestHeaders().getOrDefault("Mesos-Stream-Id", List.of()),
                                    exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
                    heard.add(request);
                    try (exchange) {
                        answer.to(exchange, request);
                    }
                });
        server.start();
    }

    public HostPort address() {
        return new HostPort("127.0.0.1", server.getAddress().getPort());
    }

    /** Begins the stream of events. */
    public static OutputStream accept(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.getResponseHeaders().add("Mesos-Stream-Id", STREAM_ID);
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    public static void say(OutputStream stream, MessageLite event) throws IOException {
        stream.write(RecordWriter.frame(event.toByteArray()));
        stream.flush();
    }

    /** Answers by a message. */
    public static void answer(HttpExchange exchange, MessageLite message) throws IOException {
        byte[] bytes = message.toByteArray();
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    public static void redirect(HttpExchange exchange, String location) throws IOException {
        exchange.getResponseHeaders().add("Location", location);
        exchange.sendResponseHeaders(307, -1);
    }

    /** Keeps a stream open for as long as this master lives. */
    public void stay() {
        try {
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
