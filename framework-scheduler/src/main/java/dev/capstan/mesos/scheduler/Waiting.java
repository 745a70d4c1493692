package dev.capstan.mesos.scheduler;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Requests that wait for an offer, in the order in which they came. A task is found by its name, also one of a group.
 */
final class Waiting {
    private final SequencedMap<Key, Request> requests = new LinkedHashMap<>();

    /** By each task of a group, under which its group waits. */
    private final Map<String, Key> groups = new LinkedHashMap<>();

    /** By each operation that reserves what is launched, under which that waits. */
    private final Map<String, Key> reserving = new LinkedHashMap<>();

    private final SequencedMap<String, Integer> perRole = new LinkedHashMap<>();

    /** Tasks and operations may have the same names. */
    private record Key(boolean isOperation, String id) {
        static Key of(Request request) {
            return switch (request) {
                case TaskRequest task -> new Key(false, task.id());
                case GroupRequest group -> new Key(false, group.tasks().getFirst().id());
                case OperationRequest operation -> new Key(true, operation.id());
            };
        }
    }

    boolean isEmpty() {
        return requests.isEmpty();
    }

    Collection<Request> all() {
        return Collections.unmodifiableCollection(requests.values());
    }

    /** In which something waits. */
    Collection<String> roles() {
        return Collections.unmodifiableSet(perRole.keySet());
    }

    boolean isIn(String role) {
        return perRole.containsKey(role);
    }

    boolean hasTask(String id) {
        return requests.containsKey(new Key(false, id)) || groups.containsKey(id);
    }

    boolean hasOperation(String id) {
        return requests.containsKey(new Key(true, id)) || reserving.containsKey(id);
    }

    void add(Request request) {
        Key key = Key.of(request);
        requests.put(key, request);
        perRole.merge(request.role(), 1, Integer::sum);
        if (request instanceof GroupRequest group) {
            group.tasks().forEach(task -> groups.put(task.id(), key));
        }
        Reservation reservation = request.reservation();
        if (reservation != null) {
            reserving.put(reservation.operationId(), key);
        }
    }

    void remove(Request request) {
        removeKey(Key.of(request));
    }

    /**
     * A task that is not wanted takes the others of its group with it: they are launched together or not at all.
     *
     * @return whether it waited
     */
    boolean removeTask(String id) {
        return removeKey(groups.getOrDefault(id, new Key(false, id)));
    }

    /**
     * One that reserves what is launched takes that with it.
     *
     * @return whether it waited
     */
    boolean removeOperation(String id) {
        return removeKey(reserving.getOrDefault(id, new Key(true, id)));
    }

    private boolean removeKey(Key key) {
        @Nullable Request request = requests.remove(key);
        if (request == null) {
            return false;
        }
        perRole.computeIfPresent(request.role(), (_, count) -> count == 1 ? null : count - 1);
        if (request instanceof GroupRequest group) {
            group.tasks().forEach(task -> groups.remove(task.id()));
        }
        Reservation reservation = request.reservation();
        if (reservation != null) {
            reserving.remove(reservation.operationId());
        }
        return true;
    }
}
