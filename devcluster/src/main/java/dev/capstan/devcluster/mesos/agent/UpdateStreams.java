package dev.capstan.devcluster.mesos.agent;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.Outbox;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskStatus;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * The updates of all tasks that are not acknowledged yet: per task in order, one at a time, each repeated until it is
 * acknowledged, ever more rarely.
 */
final class UpdateStreams {
    private static final Duration FIRST_REPEAT = Duration.ofSeconds(10);
    private static final Duration MOST = Duration.ofMinutes(10);

    /** Whose updates they are. */
    record Key(FrameworkID framework, TaskID task) {}

    private static final class Stream {
        private final ArrayDeque<TaskStatus> waiting = new ArrayDeque<>();
        private Duration repeat = FIRST_REPEAT;
    }

    private final Map<Key, Stream> streams = new LinkedHashMap<>();
    private final Outbox out;
    private final BiConsumer<Key, TaskStatus> forward;

    /**
     * @param forward tells the master
     */
    UpdateStreams(Outbox out, BiConsumer<Key, TaskStatus> forward) {
        this.out = out;
        this.forward = forward;
    }

    /** Takes an update that has a uuid; told at once if nothing is before it. */
    void add(Key key, TaskStatus status) {
        Stream stream = streams.computeIfAbsent(key, _ -> new Stream());
        if (stream.waiting.stream().anyMatch(each -> each.getUuid().equals(status.getUuid()))) {
            return; // told again by an executor that had not seen our answer
        }
        stream.waiting.add(status);
        if (stream.waiting.size() == 1) {
            tell(key, stream);
        }
    }

    /** Whether this was the update that waited; the next is told at once. */
    boolean acknowledge(Key key, ByteString uuid) {
        Stream stream = streams.get(key);
        if (stream == null || stream.waiting.isEmpty() || !stream.waiting.peek().getUuid().equals(uuid)) {
            return false;
        }
        stream.waiting.remove();
        stream.repeat = FIRST_REPEAT;
        if (stream.waiting.isEmpty()) {
            streams.remove(key);
            out.disarm(timer(key));
        } else {
            tell(key, stream);
        }
        return true;
    }

    /** The time of one has come: it is told again, and then less often. */
    void repeat(Key key) {
        Stream stream = streams.get(key);
        if (stream != null) {
            stream.repeat = stream.repeat.multipliedBy(2).compareTo(MOST) > 0 ? MOST : stream.repeat.multipliedBy(2);
            tell(key, stream);
        }
    }

    /** Tells all again at once that waits, of one framework. */
    void resume(FrameworkID framework) {
        streams.forEach((key, stream) -> {
            if (key.framework().equals(framework)) {
                tell(key, stream);
            }
        });
    }

    /** Tells all again at once that waits. */
    void resumeAll() {
        streams.forEach(this::tell);
    }

    /** Nobody will acknowledge any more. */
    void forget(FrameworkID framework) {
        streams.keySet()
                .removeIf(key -> {
                    boolean is = key.framework().equals(framework);
                    if (is) {
                        out.disarm(timer(key));
                    }
                    return is;
                });
    }

    /** What waits, in order, for an agent that takes over. */
    Map<Key, List<TaskStatus>> waiting() {
        Map<Key, List<TaskStatus>> waiting = new LinkedHashMap<>();
        streams.forEach((key, stream) -> waiting.put(key, List.copyOf(stream.waiting)));
        return waiting;
    }

    boolean isWaiting(Key key) {
        return streams.containsKey(key);
    }

    private void tell(Key key, Stream stream) {
        forward.accept(key, stream.waiting.element());
        out.arm(timer(key), stream.repeat, new AgentMessage.RepeatUpdate(key.framework(), key.task()));
    }

    private static String timer(Key key) {
        return "update " + key.framework().getValue() + " " + key.task().getValue();
    }
}
