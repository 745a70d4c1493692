package dev.capstan.devcluster.mesos.agent;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.Outbox;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * The updates that are not acknowledged yet: of each subject in order, one at a time, each repeated until it is
 * acknowledged, ever more rarely.
 *
 * @param <K> whose updates they are: a task, or an operation
 * @param <S> an update
 */
final class UpdateStreams<K, S> {
    private static final Duration FIRST_REPEAT = Duration.ofSeconds(10);
    private static final Duration MOST = Duration.ofMinutes(10);

    /** What is special about updates of one sort. */
    interface Sort<K, S> {
        ByteString uuid(S status);

        /** The name of the timer after which it is told again. */
        String timer(K key);

        /** What that timer says. */
        AgentMessage repetition(K key);

        /** Tells the master. */
        void forward(K key, S status);
    }

    private final class Stream {
        private final ArrayDeque<S> waiting = new ArrayDeque<>();
        private Duration repeat = FIRST_REPEAT;
    }

    private final Map<K, Stream> streams = new LinkedHashMap<>();
    private final Outbox out;
    private final Sort<K, S> sort;

    UpdateStreams(Outbox out, Sort<K, S> sort) {
        this.out = out;
        this.sort = sort;
    }

    /** Takes an update that has a uuid; told at once if nothing is before it. */
    void add(K key, S status) {
        Stream stream = streams.computeIfAbsent(key, _ -> new Stream());
        if (stream.waiting.stream().anyMatch(each -> sort.uuid(each).equals(sort.uuid(status)))) {
            return; // told again by an executor that had not seen our answer
        }
        stream.waiting.add(status);
        if (stream.waiting.size() == 1) {
            tell(key, stream);
        }
    }

    /** Whether this was the update that waited; the next is told at once. */
    boolean acknowledge(K key, ByteString uuid) {
        Stream stream = streams.get(key);
        if (stream == null || stream.waiting.isEmpty() || !sort.uuid(stream.waiting.element()).equals(uuid)) {
            return false;
        }
        stream.waiting.remove();
        stream.repeat = FIRST_REPEAT;
        if (stream.waiting.isEmpty()) {
            streams.remove(key);
            out.disarm(sort.timer(key));
        } else {
            tell(key, stream);
        }
        return true;
    }

    /** The time of one has come: it is told again, and then less often. */
    void repeat(K key) {
        Stream stream = streams.get(key);
        if (stream != null) {
            stream.repeat = stream.repeat.multipliedBy(2).compareTo(MOST) > 0 ? MOST : stream.repeat.multipliedBy(2);
            tell(key, stream);
        }
    }

    /** Tells all again at once that waits, of the subjects that fit. */
    void resume(Predicate<K> which) {
        streams.forEach((key, stream) -> {
            if (which.test(key)) {
                tell(key, stream);
            }
        });
    }

    /** Nobody will acknowledge these any more. */
    void forget(Predicate<K> which) {
        streams.keySet()
                .removeIf(key -> {
                    boolean is = which.test(key);
                    if (is) {
                        out.disarm(sort.timer(key));
                    }
                    return is;
                });
    }

    /** What waits, in order, for an agent that takes over. */
    Map<K, List<S>> waiting() {
        Map<K, List<S>> waiting = new LinkedHashMap<>();
        streams.forEach((key, stream) -> waiting.put(key, List.copyOf(stream.waiting)));
        return waiting;
    }

    boolean isWaiting(K key) {
        return streams.containsKey(key);
    }

    private void tell(K key, Stream stream) {
        sort.forward(key, stream.waiting.element());
        out.arm(sort.timer(key), stream.repeat, sort.repetition(key));
    }
}
