package dev.capstan.mesos.master;

import com.google.protobuf.MessageLite;

import dev.capstan.mesos.wire.RecordStream;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One subscription, of a scheduler at its master or of an executor at its agent: a request whose answer never ends, and
 * calls beside it.
 *
 * <p>Three virtual threads: one subscribes and reads events; one makes calls, one after the other, so that they arrive
 * in their order; one makes those calls that need no order and must not wait behind the rest. Whatever goes wrong with
 * any of them ends the whole, and is told once. So does a side that takes so little of what is said that too much of it
 * waits: no call is left out of the middle.
 *
 * @param <C> what is said
 */
public final class Conversation<C extends MessageLite> {
    private static final System.Logger LOG = System.getLogger(Conversation.class.getName());
    private static final Duration LAST_CALLS_BOUND = Duration.ofSeconds(5);

    private final String name;
    private final Party<C> party;
    private final MesosHttp http;
    private final Outgoing<C> calls = new Outgoing<>();
    private final Outgoing<C> asides = new Outgoing<>();
    private final AtomicBoolean over = new AtomicBoolean();

    /** Why we have broken off; whatever goes wrong after that comes of it. */
    private final AtomicReference<@Nullable String> brokenOff = new AtomicReference<>();

    private final Thread reader;

    /**
     * Those that have not ended. Guarded by itself: each takes its leave on its own, while the reader waits for all.
     */
    private final List<Thread> speakers = new ArrayList<>();

    /** What differs between those who converse. Called by threads of the conversation. */
    public interface Party<C> {
        /** Subscribes. */
        Stream subscribe() throws IOException, InterruptedException;

        /** Takes an event; may make the conversation wait. */
        void heard(byte[] event) throws IOException;

        /** What kind of call it is, for people. */
        String kind(C call);

        /** The other side has answered that it does what a call asks for, or, with {@code done}, that it has. */
        void taken(C call, boolean done);

        /** The other side does not take a call; the conversation goes on. */
        void refused(C call, String reason);

        /** Whether words about a call mean that none will be taken on this connection any more. */
        boolean isAboutTheSubscription(String words);

        /**
         * There is no connection, or no longer one.
         *
         * @param hopeless whether trying again would end in the same way
         */
        void ended(boolean hopeless, String reason);
    }

    /**
     * An accepted subscription.
     *
     * @param at where calls go
     * @param id that calls carry; null for none
     */
    public record Stream(URI at, @Nullable String id, HttpResponse<InputStream> answer) {}

    /**
     * @param name for its threads
     * @param http of its own, which ends with it
     */
    public Conversation(String name, Party<C> party, MesosHttp http) {
        this.name = name;
        this.party = party;
        this.http = http;
        this.reader = Thread.ofVirtual().name(name + "-events").unstarted(this::converse);
    }

    public void start() {
        reader.start();
    }

    /** Says something after all that was said before. */
    public void say(C call) {
        say(call, calls);
    }

    /** Says something as soon as may be. */
    public void sayAside(C call) {
        say(call, asides);
    }

    /**
     * Who speaks must not be made to wait, so a side that takes too little is left. The end is told by the reader: who
     * speaks may be the one who is told.
     */
    private void say(C call, Outgoing<C> to) {
        if (!to.offer(call) && brokenOff.compareAndSet(null, "too little is taken of what is said: " + to + " wait")) {
            http.close();
        }
    }

    /** Ends after what was said has been sent; nothing is told any more. */
    public void end() {
        over.set(true);
        calls.end();
        asides.end();
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
    public void join() {
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
            Stream stream = party.subscribe();
            synchronized (speakers) {
                speakers.add(speaker("calls", stream, calls));
                speakers.add(speaker("asides", stream, asides));
            }
            try {
                listen(stream.answer().body());
                tellEnd(false, stream.at().getAuthority() + " has closed the connection");
            } finally {
                letSpeakersFinish();
            }
        } catch (MasterException e) {
            tellEnd(e.isHopeless(), String.valueOf(e.getMessage()));
        } catch (IOException e) {
            tellEnd(false, e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (InterruptedException e) {
            tellEnd(false, "it was interrupted");
        } catch (RuntimeException | Error e) {
            tellFault(e);
        } finally {
            http.close();
        }
    }

    /** Once it was hung up, the last calls may still be on their way. */
    private void letSpeakersFinish() throws InterruptedException {
        calls.end();
        asides.end();
        List<Thread> speaking;
        synchronized (speakers) {
            speaking = List.copyOf(speakers);
        }
        for (Thread speaker : speaking) {
            speaker.join(LAST_CALLS_BOUND);
        }
    }

    private void listen(InputStream body) throws IOException {
        try (var records = new RecordStream(body, MesosHttp.MOST_RECORD_BYTES)) {
            for (var next = records.next(); next.isPresent(); next = records.next()) {
                if (!over.get()) {
                    party.heard(next.get());
                }
            }
        } catch (IOException e) {
            throw new IOException("the connection is lost: " + e.getMessage(), e);
        }
    }

    private void tellEnd(boolean hopeless, String reason) {
        if (over.compareAndSet(false, true)) {
            String first = brokenOff.get();
            party.ended(hopeless && first == null, first == null ? reason : first);
        }
    }

    /** What we cannot deal with must not end in silence: nobody would ever connect again. */
    private void tellFault(Throwable fault) {
        LOG.log(System.Logger.Level.ERROR, "a conversation ends by a fault on this side", fault);
        tellEnd(false, "there is a fault on this side: " + fault);
    }

    // speaking

    private Thread speaker(String what, Stream stream, Outgoing<C> from) {
        return Thread.ofVirtual().name(name + "-" + what).start(() -> speak(stream, from));
    }

    private void speak(Stream stream, Outgoing<C> from) {
        try {
            for (var next = from.next(); next.isPresent(); next = from.next()) {
                say(stream, next.get());
            }
        } catch (IOException e) {
            tellEnd(false, "a call failed: " + e.getMessage());
        } catch (InterruptedException e) {
            tellEnd(false, "it was interrupted");
        } catch (RuntimeException | Error e) {
            tellFault(e);
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

    private void say(Stream stream, C call) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.post(stream.at(), call.toByteArray(), stream.id());
        int status = answer.statusCode();
        if (status == 202 || status == 200) {
            answer.body().close();
            if (!over.get()) {
                party.taken(call, status == 200);
            }
            return;
        }
        String text = MesosHttp.text(answer);
        if (status != 400 || party.isAboutTheSubscription(text)) {
            throw new IOException(party.kind(call) + " was answered by " + status + ": " + text);
        }
        if (!over.get()) {
            party.refused(call, text);
        }
    }
}
