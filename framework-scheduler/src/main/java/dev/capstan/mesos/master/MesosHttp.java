package dev.capstan.mesos.master;

import dev.capstan.mesos.master.MasterException.Kind;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.net.ssl.SSLContext;

/** Requests to masters and agents, with our credentials, each bounded until its answer begins. */
public final class MesosHttp implements AutoCloseable {
    /** That one event may have. */
    public static final int MOST_RECORD_BYTES = 64 << 20;

    private static final String PROTOBUF = "application/x-protobuf";
    private static final Duration CONNECT_BOUND = Duration.ofSeconds(5);
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(20);
    private static final Duration BODY_BOUND = Duration.ofMinutes(2);
    private static final Duration TEXT_BOUND = Duration.ofSeconds(5);
    private static final int MOST_TEXT_BYTES = 4 << 10;

    private final Optional<String> authorization;
    private final Duration answerBound;
    private final HttpClient client;

    public MesosHttp(MasterAccess access) {
        this(access, ANSWER_BOUND);
    }

    /**
     * @param answerBound until an answer begins
     */
    MesosHttp(MasterAccess access, Duration answerBound) {
        this(access.authorization(), access.tls(), answerBound);
    }

    private MesosHttp(Optional<String> authorization, @Nullable SSLContext tls, Duration answerBound) {
        this.authorization = authorization;
        this.answerBound = answerBound;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER) // it would forget body and credentials
                        .connectTimeout(CONNECT_BOUND)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        if (tls != null) {
            builder.sslContext(tls);
        }
        this.client = builder.build();
    }

    /**
     * Requests of an executor to its agent.
     *
     * @param token that the agent has given it; empty for none
     */
    public static MesosHttp ofExecutor(String token, @Nullable SSLContext tls) {
        return new MesosHttp(token.isEmpty() ? Optional.empty() : Optional.of("Bearer " + token), tls, ANSWER_BOUND);
    }

    /**
     * Posts a message; returns as soon as the answer begins. Whoever asked closes its body.
     *
     * @throws MasterException when nobody answers
     */
    public HttpResponse<InputStream> post(URI to, byte[] message, @Nullable String streamId)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(to)
                        .header("Content-Type", PROTOBUF)
                        .header("Accept", PROTOBUF)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(message));
        if (streamId != null) {
            request.header("Mesos-Stream-Id", streamId);
        }
        authorization.ifPresent(value -> request.header("Authorization", value));
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            return answer.get(answerBound.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new MasterException(
                    Kind.UNREACHABLE,
                    to.getAuthority() + " has not answered within " + answerBound.toSeconds() + " s",
                    e);
        } catch (ExecutionException e) {
            throw new MasterException(Kind.UNREACHABLE, to.getAuthority() + ": " + inWords(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        }
    }

    /** Whether an answer is a message as masters and agents send it. */
    public static boolean isProtobuf(HttpResponse<?> answer) {
        return answer.headers().firstValue("Content-Type").orElse("").equals(PROTOBUF);
    }

    /**
     * All of an answer, which must come within a bound.
     *
     * @param mostBytes that it may have
     */
    public static byte[] whole(HttpResponse<InputStream> answer, int mostBytes) throws IOException {
        InputStream body = answer.body();
        CompletableFuture<Void> curfew = after(BODY_BOUND, () -> close(body));
        try (body) {
            byte[] bytes = body.readNBytes(mostBytes);
            if (bytes.length == mostBytes && body.read() >= 0) {
                throw new IOException("the answer is longer than the " + mostBytes + " bytes allowed");
            }
            return bytes;
        } finally {
            curfew.cancel(false);
        }
    }

    private static CompletableFuture<Void> after(Duration bound, Runnable act) {
        return CompletableFuture.runAsync(
                act, CompletableFuture.delayedExecutor(bound.toNanos(), TimeUnit.NANOSECONDS));
    }

    private static void close(InputStream body) {
        try {
            body.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // nobody looks at it; who reads is told by its own exception
        }
    }

    /** What an answer that is no success says, as far as it is worth showing and comes within a bound. */
    public static String text(HttpResponse<InputStream> answer) throws IOException {
        return text(answer.body(), TEXT_BOUND);
    }

    static String text(InputStream body, Duration bound) throws IOException {
        byte[] bytes = new byte[MOST_TEXT_BYTES];
        int length = 0;
        var late = new AtomicBoolean();
        CompletableFuture<Void> curfew =
                after(
                        bound,
                        () -> {
                            late.set(true); // first: who reads is woken by the closing, before that has returned
                            close(body);
                        });
        try (body) {
            for (int read = 0; read >= 0 && length < bytes.length; length += Math.max(0, read)) {
                read = body.read(bytes, length, bytes.length - length);
            }
        } catch (IOException e) {
            if (!late.get()) {
                throw e;
            }
        } finally {
            curfew.cancel(false);
        }
        String text = new String(bytes, 0, length, StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "no reason is given" : text;
    }

    private static String inWords(@Nullable Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException || each instanceof UnknownHostException) {
                return "this host is not known";
            }
            if (each instanceof HttpTimeoutException) {
                return "it cannot be reached within " + CONNECT_BOUND.toSeconds() + " s";
            }
        }
        if (failure instanceof ConnectException) {
            return "nothing listens there";
        }
        return failure == null ? "unknown" : failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    /** Ends all connections at once, also those in the middle of an answer. */
    @Override
    public void close() {
        client.shutdownNow();
    }
}
