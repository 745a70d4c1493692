package dev.capstan.mesos.master;

import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.wire.RecordStream;

import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
    private static final Duration LAST_CALLS_BOUND = Duration.ofSeconds(5);

    private final long number;
    private final byte[] subscribe;
    private final LeaderSearch search;
    private final Consumer<FrameworkMessage> heard;
    private final MasterHttp http;
    private final BlockingQueue<Saying> calls = new LinkedBlockingQueue<>();
    private final BlockingQueue<Saying> acknowledgements = new LinkedBlockingQueue<>();
    private final AtomicBoolean over = new AtomicBoolean();
    private final Thread reader;
    private final List<Thread> speakers = new ArrayList<>();

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
        this.heard = heard;
        this.http = new MasterHttp(access);
        this.search = new LeaderSearch(candidates, access, http, PATH);
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
        } catch (MasterException e) {
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
        LeaderSearch.Answered leader = search.post(subscribe, Conversation::isSubscription);
        return new Stream(leader.at(), streamId(leader.response()), leader.response());
    }

    private static boolean isSubscription(HttpResponse<?> answer) {
        return answer.statusCode() == 200 && MasterHttp.isProtobuf(answer) && !streamId(answer).isEmpty();
    }

    private static String streamId(HttpResponse<?> answer) {
        return answer.headers().firstValue(STREAM_ID).orElse("");
    }

    // listening

    private void listen(InputStream body) throws IOException {
        try (var records = new RecordStream(body, MasterHttp.MOST_RECORD_BYTES)) {
            for (var next = records.next(); next.isPresent(); next = records.next()) {
                hear(new FrameworkMessage.EventArrived(number, Event.parseFrom(next.get())));
            }
        } catch (IOException e) {
            throw new IOException("the connection to the master is lost: " + e.getMessage(), e);
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
