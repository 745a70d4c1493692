package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The part of a {@link FrameworkScheduler} that follows changes of resources from their ACCEPT to their end.
 *
 * <p>After each subscription the master is asked about all of them, and from then on, for as long as there are any,
 * about those of which nothing was heard for a while. Not sooner: a master that still decides whether we may do what we
 * have just asked for does not know the operation yet, and would say so.
 */
final class OfferOperations {
    private static final String ASK = "ask-about-operations";
    private static final int MOST_IN_A_CALL = 1_000;

    private final Book book;
    private final FrameworkUser user;
    private final Duration patience;

    /** When something was last heard of an operation on this connection, or it was sent. */
    private final SequencedMap<String, Long> heardNanos = new LinkedHashMap<>();

    private boolean isArmed;

    OfferOperations(Book book, FrameworkUser user, FrameworkConfig.Timing.Tasks timing) {
        this.book = book;
        this.user = user;
        this.patience = timing.launchPatience();
    }

    /** Masters are being told. */
    List<Effect> onAsked(List<String> ids, long nowNanos) {
        ids.forEach(id -> heardNanos.put(id, nowNanos));
        return arm();
    }

    List<Effect> onSubscribed(Calls calls) {
        List<Effect> effects = new ArrayList<>(ask(List.copyOf(book.operations()), calls));
        effects.addAll(arm());
        return effects;
    }

    /** What was heard on an older connection is no answer to a question on the next. */
    void onDisconnected() {
        heardNanos.clear();
    }

    /**
     * @param connected whether there is a master to be asked
     */
    List<Effect> onDue(Calls calls, boolean connected, long nowNanos) {
        isArmed = false;
        List<Effect> effects = new ArrayList<>();
        if (connected) {
            List<MesosOperation> unheard =
                    book.operations().stream().filter(operation -> isUnheard(operation, nowNanos)).toList();
            effects.addAll(ask(unheard, calls));
        }
        effects.addAll(arm());
        return effects;
    }

    private boolean isUnheard(MesosOperation operation, long nowNanos) {
        Long heard = heardNanos.get(operation.id());
        return heard == null || nowNanos - heard >= patience.toNanos();
    }

    private static List<Effect> ask(List<MesosOperation> operations, Calls calls) {
        List<Effect> effects = new ArrayList<>();
        for (int from = 0; from < operations.size(); from += MOST_IN_A_CALL) {
            int to = Math.min(operations.size(), from + MOST_IN_A_CALL);
            effects.add(calls.reconcileOperations(operations.subList(from, to)));
        }
        return effects;
    }

    private List<Effect> arm() {
        if (isArmed || book.operations().isEmpty()) {
            return List.of();
        }
        isArmed = true;
        return List.of(new Effect.Arm(ASK, patience, new FrameworkMessage.AskAboutOperations()));
    }

    /** What has a name and a uuid is acknowledged, once its end is written; the rest waits for nothing. */
    List<Effect> onStatus(Event.UpdateOperationStatus update, Calls calls, long nowNanos) {
        OperationStatus status = update.getStatus();
        String id = status.getOperationId().getValue();
        List<Effect> effects = new ArrayList<>();
        if (status.hasState() && book.operation(id) != null) { // without a state it is newer than we are
            if (OperationEnd.isEnd(status.getState())) {
                effects.addAll(end(id, OperationEnd.of(status)));
            } else {
                heardNanos.put(id, nowNanos);
                effects.add(user.tell(new FrameworkEvent.OperationChanged(id, status.getState())));
            }
        }
        if (status.hasOperationId() && status.hasUuid()) {
            effects.add(calls.acknowledge(status));
        }
        return effects;
    }

    /** Without effect when it is over already. */
    List<Effect> end(String id, OperationEnd end) {
        if (book.operation(id) == null) {
            return List.of();
        }
        heardNanos.remove(id);
        return List.of(
                book.write(new FrameworkEntry.OperationEnded(id)),
                user.tell(new FrameworkEvent.OperationEnded(id, end)));
    }
}
