package dev.capstan.mesos.master;

import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.wire.RecordReader;

import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One subscription: a request whose answer never ends, and calls beside it.
 *
 * <p>Three virtual threads: one looks for the leader, subscribes and reads events; one makes calls, one after the
 * other, so that they arrive in their order; one makes acknowledgements, which need no order and must not wait behind
 * the rest. Whatever goes wrong with any of them ends the whole, and is told once.
 */
final class Conversation {
    private static final System.Logger LOG = System.getLogger(Conversation.class.getName());
    private static final String PATH = "/api/v1/scheduler";
    private static final String STREAM_ID = "Mesos-Stream-Id";
    private static final int MOST_HOPS = 8;
    private static final int MOST_RECORD_BYTES = 64 << 20;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Duration LAST_CALLS_BOUND = Duration.ofSeconds(5);

    private final long number;
    private final byte[] subscribe;
    private final Candidates candidates;
    private final Consumer<FrameworkMessage> heard;
    private final MasterAccess access;
    private final MasterHttp http;
    private final BlockingQueue<Saying> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<Saying> acknowledgements = new LinkedBlockingQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread reader;
    private final List<Thread> speakers = new ArrayList<>();

    /** Who may lead. */
    @FunctionalInterface
    interface Candidates {
        List<HostPort> find() throws IOException, InterruptedException;
    }

    /** What a thread that speaks takes from its queue. */
    private sealed interface Saying {
        record Words(Call call) implements Saying {}

        record Nothing() implements Saying {}
    }

    /** An accepted subscription. */
    private record Stream(URI at, String id, HttpResponse<InputStream> answer) {}

    Conversation(
            long number, Call subscribe, Candidates candidates, MasterAccess access, Consumer<FrameworkMessage> heard) {
        this.number = number;
        this.subscribe = subscribe.toByteArray();
        this.candidates = candidates;
        this.access = access;
        this.heard = heard;
        this.http = new MasterHttp(access);
        this.reader = Thread.ofVirtual().name("mesos-events-" + number).unstarted(this::converse);
    }

    long number() {
        return number;
    }

    void start() {
        reader.start();
    }

    void say(Call call) {
        (call.getType() == Call.Type.ACKNOWLEDGE ? acknowledgements : calls).add(new Saying.Words(call));
    }

    /** Ends after what was said has been sent; nothing is told any more. */
    void end() {
        over.set(true);
        calls.add(new Saying.Nothing());
        acknowledgements.add(new Saying.Nothing());
        if (!reader.isAlive() || isWithoutSpeakers()) {
            http.close();
        }
    }

    private boolean isWithoutSpeakers() {
        synchronized (speakers) {
            return speakers.isEmpty();
        }
    }

    /** Waits, bounded, until the end is there. */
    void join() {
        try {
            if (!reader.join(LAST_CALLS_BOUND)) {
                http.close();
            }
        } catch (InterruptedException e) {
            http.close();
            Thread.currentThread().interrupt();
        }
    }

    private void converse() {
        try {
            Stream stream = subscribe();
            synchronized (speakers) {
                speakers.add(speaker("calls", stream, calls));
                speakers.add(speaker("acknowledgements", stream, acknowledgements));
            }
            try {
                listen(stream.answer().body());
                tellEnd(false, "the master has closed the connection");
            } finally {
                letSpeakersFinish();
            }
        } catch (RefusedException e) {
            tellEnd(e.isHopeless(), e.getMessage());
        } catch (IOException e) {
            tellEnd(false, e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (InterruptedException e) {
            tellEnd(false, "it was interrupted");
        } finally {
            http.close();
        }
    }

    /** Once it was hung up, the last calls may still be on their way. */
    private void letSpeakersFinish() throws InterruptedException {
        calls.add(new Saying.Nothing());
        acknowledgements.add(new Saying.Nothing());
        for (Thread speaker : List.copyOf(speakers)) {
            speaker.join(LAST_CALLS_BOUND);
        }
    }

    // subscribing

    private Stream subscribe() throws IOException, InterruptedException {
        var failures = new StringJoiner("; ");
        for (HostPort candidate : candidates.find()) {
            try {
                return subscribe(URI.create(access.scheme() + "://" + candidate + PATH));
            } catch (RefusedException e) {
                if (e.isHopeless()) {
                    throw e;
                }
                failures.add(e.getMessage());
            } catch (IOException e) {
                failures.add(e.getMessage());
            }
        }
        throw new IOException(failures.toString());
    }

    private Stream subscribe(URI first) throws IOException, InterruptedException {
        URI to = first;
        Set<URI> asked = new HashSet<>();
        while (asked.add(to) && asked.size() <= MOST_HOPS) {
            HttpResponse<InputStream> answer = http.post(to, subscribe, null);
            int status = answer.statusCode();
            if (status == 200) {
                return accepted(to, answer);
            }
            if (status < 300 || status >= 400) {
                throw refusal(to, status, MasterHttp.text(answer));
            }
            answer.body().close();
            to = redirected(to, answer);
        }
        throw new IOException(
                "masters send us in circles, from " + first.getAuthority() + " by " + (asked.size() - 1) + " others");
    }

    private static Stream accepted(URI at, HttpResponse<InputStream> answer) throws IOException {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        String id = answer.headers().firstValue(STREAM_ID).orElse("");
        if (!type.equals(MasterHttp.PROTOBUF) || id.isEmpty()) {
            answer.body().close();
            throw new RefusedException(
                    false,
                    at.getAuthority() + " answers, but not as a Mesos master: the answer is of type '" + type + "'");
        }
        return new Stream(at, id, answer);
    }

    /** {@code //host:port/path} as masters say it, or a whole URL. The scheme stays ours: nobody may turn off TLS. */
    private URI redirected(URI from, HttpResponse<InputStream> answer) throws IOException {
        String location = answer.headers().firstValue("Location").orElse("");
        try {
            URI target = from.resolve(location);
            if (location.isEmpty() || target.getHost() == null) {
                throw new IOException(from.getAuthority() + " sends us to nowhere: '" + location + "'");
            }
            String path = target.getPath().endsWith(PATH) ? target.getPath() : PATH;
            return URI.create(access.scheme() + "://" + target.getAuthority() + path);
        } catch (IllegalArgumentException e) {
            throw new IOException(from.getAuthority() + " sends us to '" + location + "', which is no address", e);
        }
    }

    private RefusedException refusal(URI at, int status, String text) {
        String who = at.getAuthority();
        return switch (status) {
            case 401 ->
                    new RefusedException(
                            true,
                            access.credential() == null
                                    ? "the master at " + who + " asks for credentials, and none are given"
                                    : "the master at "
                                            + who
                                            + " does not accept the credentials of "
                                            + access.credential().principal());
            case 400, 403 -> new RefusedException(true, "the master at " + who + " refuses us: " + text);
            case 503 -> new RefusedException(false, "the master at " + who + " is not ready: " + text);
            default ->
                    new RefusedException(
                            false,
                            who + " answers, but not as a Mesos master: status " + status + ", " + firstLine(text));
        };
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    // listening

    private void listen(InputStream body) throws IOException {
        var records = new RecordReader(MOST_RECORD_BYTES);
        byte[] buffer = new byte[BUFFER_BYTES];
        try (body) {
            for (int length = body.read(buffer); length >= 0; length = body.read(buffer)) {
                for (byte[] record : records.read(ByteBuffer.wrap(buffer, 0, length))) {
                    hear(new FrameworkMessage.EventArrived(number, Event.parseFrom(record)));
                }
            }
        } catch (IOException e) {
            throw new IOException("the connection to the master is lost: " + e.getMessage(), e);
        }
        if (!records.isBetweenRecords()) {
            throw new IOException("the connection to the master has ended in the middle of an event");
        }
    }

    private void hear(FrameworkMessage message) {
        if (!over.get()) {
            heard.accept(message);
        }
    }

    private void tellEnd(boolean hopeless, String reason) {
        if (over.compareAndSet(false, true)) {
            heard.accept(new FrameworkMessage.ConnectionEnded(number, hopeless, reason));
        }
    }

    // speaking

    private Thread speaker(String name, Stream stream, BlockingQueue<Saying> from) {
        return Thread.ofVirtual().name("mesos-" + name + "-" + number).start(() -> speak(stream, from));
    }

    private void speak(Stream stream, BlockingQueue<Saying> from) {
        try {
            while (from.take() instanceof Saying.Words(var call)) {
                say(stream, call);
            }
        } catch (IOException e) {
            tellEnd(false, "a call failed: " + e.getMessage());
        } catch (InterruptedException e) {
            tellEnd(false, "it was interrupted");
        } finally {
            if (over.get()) {
                stopListening(stream);
            }
        }
    }

    /** The last one that speaks ends the stream, and with it the subscription. */
    private void stopListening(Stream stream) {
        try {
            synchronized (speakers) {
                speakers.remove(Thread.currentThread());
                if (!speakers.isEmpty()) {
                    return;
                }
            }
            stream.answer().body().close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the stream of a conversation that is over did not close well", e);
        }
    }

    private void say(Stream stream, Call call) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.post(stream.at(), call.toByteArray(), stream.id());
        int status = answer.statusCode();
        if (status == 202 || status == 200) {
            answer.body().close();
            return;
        }
        String text = MasterHttp.text(answer);
        if (status == 400 && !isAboutTheSubscription(text)) {
            hear(new FrameworkMessage.CallRefused(number, call, text));
        } else {
            throw new IOException("the master has answered a call, " + call.getType() + ", by " + status + ": " + text);
        }
    }

    /** Then no call will be taken on this connection any more. */
    private static boolean isAboutTheSubscription(String text) {
        return text.contains("stream ID") || text.contains("Framework cannot be found");
    }
}
