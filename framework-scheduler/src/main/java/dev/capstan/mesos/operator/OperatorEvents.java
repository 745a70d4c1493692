package dev.capstan.mesos.operator;

import dev.capstan.mesos.master.LeaderSearch;
import dev.capstan.mesos.master.MasterException;
import dev.capstan.mesos.master.MasterException.Kind;
import dev.capstan.mesos.master.MesosHttp;
import dev.capstan.mesos.wire.Messages;
import dev.capstan.mesos.wire.RecordStream;

import org.apache.mesos.v1.master.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What happens in a cluster, event by event. Whoever takes events slowly slows the master's stream: few are kept here,
 * and the rest stays in the connection. A master that has fallen silent is noticed by its heartbeats, which are told
 * like all else.
 *
 * <p>One thread takes events; any may close.
 */
public final class OperatorEvents implements AutoCloseable {
    private static final int MOST_WAITING = 16;
    private static final int MISSED_HEARTBEATS = 5;
    private static final Duration USUAL_HEARTBEAT = Duration.ofSeconds(15);

    private final String master;
    private final RecordStream records;
    private final BlockingQueue<Heard> heard = new ArrayBlockingQueue<>(MOST_WAITING);
    private final Thread reader;
    private Duration patience = USUAL_HEARTBEAT.multipliedBy(MISSED_HEARTBEATS);

    /** What the reading thread hands over. */
    private sealed interface Heard {
        record Said(Event event) implements Heard {}

        record Ended() implements Heard {}

        record Broken(IOException reason) implements Heard {}
    }

    OperatorEvents(LeaderSearch.Answered subscription) {
        this.master = subscription.at().getAuthority();
        this.records = new RecordStream(subscription.response().body(), MesosHttp.MOST_RECORD_BYTES);
        this.reader = Thread.ofVirtual().name("mesos-operator-events").start(this::read);
    }

    private void read() {
        try {
            Heard next;
            do {
                next = take();
                heard.put(next);
            } while (next instanceof Heard.Said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed, and nobody takes any more
        }
    }

    private Heard take() {
        try {
            Optional<byte[]> record = records.next();
            return record.isPresent() ? new Heard.Said(Messages.read(Event.parser(), record.get())) : new Heard.Ended();
        } catch (IOException e) {
            return new Heard.Broken(e);
        }
    }

    /**
     * Waits for the next event of a kind that is known here.
     *
     * @return empty when the master has ended the stream in order
     * @throws MasterException when the stream breaks, or the master has been silent for five heartbeats
     */
    public Optional<Event> next() throws MasterException, InterruptedException {
        while (true) {
            switch (heard.poll(patience.toNanos(), TimeUnit.NANOSECONDS)) {
                case null -> throw lost("it has been silent for " + patience.toSeconds() + " s", null);
                case Heard.Said(var event) -> {
                    onHeartbeatsTold(event);
                    if (event.getType() != Event.Type.UNKNOWN) {
                        return Optional.of(event);
                    }
                }
                case Heard.Ended _ -> {
                    heard.add(new Heard.Ended()); // the next call hears the same
                    return Optional.empty();
                }
                case Heard.Broken(var reason) -> {
                    heard.add(new Heard.Broken(reason));
                    throw lost(String.valueOf(reason.getMessage()), reason);
                }
            }
        }
    }

    private void onHeartbeatsTold(Event event) {
        double seconds = event.getSubscribed().getHeartbeatIntervalSeconds();
        if (seconds > 0) {
            patience = Duration.ofMillis(Math.round(seconds * 1_000 * MISSED_HEARTBEATS));
        }
    }

    private MasterException lost(String why, @Nullable IOException cause) {
        return new MasterException(
                Kind.UNREACHABLE, "the events of the master at " + master + " have broken off: " + why, cause);
    }

    /** Ends the stream; who waits for an event is told that it has broken off. */
    @Override
    public void close() {
        reader.interrupt(); // it may wait for room
        heard.clear();
        boolean unused = heard.offer(new Heard.Broken(new IOException("it was closed here")));
        try {
            records.close();
        } catch (IOException e) {
            System.getLogger(OperatorEvents.class.getName())
                    .log(System.Logger.Level.DEBUG, "a stream of events did not close well", e);
        }
    }
}
