package dev.capstan.mesos.master;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Requests to masters and agents, with our credentials, each bounded until its answer begins. */
final class MasterHttp implements AutoCloseable {
    static final String PROTOBUF = "application/x-protobuf";
    private static final Duration CONNECT_BOUND = Duration.ofSeconds(5);
    private static final Duration ANSWER_BOUND = Duration.ofSeconds(20);
    private static final int MOST_TEXT_BYTES = 4 << 10;

    private final MasterAccess access;
    private final HttpClient client;

    MasterHttp(MasterAccess access) {
        this.access = access;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER) // it would forget body and credentials
                        .connectTimeout(CONNECT_BOUND)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        if (access.tls() != null) {
            builder.sslContext(access.tls());
        }
        this.client = builder.build();
    }

    /** Posts a message; returns as soon as the answer begins. Whoever asked closes its body. */
    HttpResponse<InputStream> post(URI to, byte[] message, @Nullable String streamId)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(to)
                        .header("Content-Type", PROTOBUF)
                        .header("Accept", PROTOBUF)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(message));
        if (streamId != null) {
            request.header("Mesos-Stream-Id", streamId);
        }
        access.authorization().ifPresent(value -> request.header("Authorization", value));
        CompletableFuture<HttpResponse<InputStream>> answer =
                client.sendAsync(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        try {
            return answer.get(ANSWER_BOUND.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException(to.getAuthority() + " has not answered within " + ANSWER_BOUND.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(to.getAuthority() + ": " + inWords(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        }
    }

    /** What an answer that is no success says, as far as it is worth showing. */
    static String text(HttpResponse<InputStream> answer) throws IOException {
        try (InputStream body = answer.body()) {
            String text = new String(body.readNBytes(MOST_TEXT_BYTES), StandardCharsets.UTF_8).strip();
            return text.isEmpty() ? "no reason is given" : text;
        }
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
