package dev.capstan.backend.mesos;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Entry;
import dev.capstan.mesos.scheduler.FrameworkEntry;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.testing.Simulation;

import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Listens to what one process's framework says and hears, and holds it to the rules: offers are answered once and soon,
 * updates are acknowledged after they are recorded, nothing is launched that is not written, and nobody speaks on a
 * connection that is over.
 */
final class MesosWatch {
    private static final long ANSWER_NANOS = Duration.ofSeconds(20).toNanos();

    /** For questions about tasks to a master that has just taken us: they are not left to a later round. */
    private static final long ASK_NANOS = Duration.ofSeconds(1).toNanos();

    /** Twice the time after which a task is asked for of which nothing was heard: that is looked at as often. */
    private static final long LAUNCH_NANOS = Duration.ofSeconds(125).toNanos();

    private final Simulation simulation;
    private final Supplier<List<Entry>> durable;
    private final SequencedMap<String, Long> openOffers = new LinkedHashMap<>();
    private final SequencedMap<ByteString, Long> openUpdates = new LinkedHashMap<>();
    private final Map<String, Long> rescinded = new HashMap<>(); // looked up, never iterated
    private final Set<String> usable = new HashSet<>(); // membership only
    private final Map<ByteString, TaskStatus> heard = new HashMap<>(); // looked up, never iterated
    private final Map<ByteString, OperationStatus> heardOfOperations = new HashMap<>(); // looked up, never iterated
    private final SequencedMap<String, Long> openInverseOffers = new LinkedHashMap<>();
    private final SequencedMap<String, Long> unasked = new LinkedHashMap<>();
    private final SequencedMap<String, Long> unheard = new LinkedHashMap<>();
    private final Set<String> goingDown = new HashSet<>(); // membership only
    private final Set<String> asked = new HashSet<>(); // membership only
    private boolean isNewlySubscribed;
    private long connection;
    private boolean hungUp = true;

    /**
     * @param durable what this framework has written
     */
    MesosWatch(Simulation simulation, Supplier<List<Entry>> durable) {
        this.simulation = simulation;
        this.durable = durable;
    }

    void onConnect(long number) {
        require(number > connection, "connection " + number + " follows " + connection);
        connection = number;
        hungUp = false;
        forgetConnection();
        usable.clear();
        heard.clear();
        heardOfOperations.clear();
        rescinded.clear();
    }

    void onHangUp(long number) {
        require(number == connection, "connection " + number + " is hung up, and " + connection + " is the newest");
        hungUp = true;
        forgetConnection();
    }

    private void forgetConnection() {
        openOffers.clear();
        openUpdates.clear();
        openInverseOffers.clear();
        unasked.clear();
        unheard.clear();
        goingDown.clear();
        isNewlySubscribed = false;
    }

    void onDelivered(FrameworkMessage.Heard message) {
        switch (message) {
            case FrameworkMessage.EventArrived(_, var event) -> onEvent(event);
            case FrameworkMessage.ConnectionEnded _ -> forgetConnection();
            case FrameworkMessage.CallDone _ -> {
                // nothing is asked here that would be answered by it
            }
            case FrameworkMessage.CallRefused(_, var call, _) -> {
                for (OfferID offer : call.getAccept().getOfferIdsList()) { // it has not used them up
                    usable.add(offer.getValue());
                    openOffers.put(offer.getValue(), simulation.nowNanos());
                }
            }
        }
    }

    private void onEvent(Event event) {
        long now = simulation.nowNanos();
        if (event.getType() == Event.Type.OFFERS) {
            for (Offer offer : event.getOffers().getOffersList()) {
                openOffers.put(offer.getId().getValue(), now);
                usable.add(offer.getId().getValue());
                if (offer.hasUnavailability()) {
                    goingDown.add(offer.getId().getValue());
                }
            }
        } else if (event.getType() == Event.Type.SUBSCRIBED) {
            isNewlySubscribed = true;
            asked.clear();
        } else if (event.getType() == Event.Type.INVERSE_OFFERS) {
            event.getInverseOffers()
                    .getInverseOffersList()
                    .forEach(each -> openInverseOffers.put(each.getId().getValue(), now));
        } else if (event.getType() == Event.Type.RESCIND_INVERSE_OFFER) {
            openInverseOffers.remove(event.getRescindInverseOffer().getInverseOfferId().getValue());
        } else if (event.getType() == Event.Type.RESCIND) {
            String id = event.getRescind().getOfferId().getValue();
            openOffers.remove(id);
            rescinded.put(id, now);
        }
        if (event.getType() == Event.Type.UPDATE) {
            unheard.remove(event.getUpdate().getStatus().getTaskId().getValue());
        }
        if (event.getType() == Event.Type.UPDATE_OPERATION_STATUS
                && event.getUpdateOperationStatus().getStatus().hasUuid()) {
            ByteString uuid = event.getUpdateOperationStatus().getStatus().getUuid().getValue();
            heardOfOperations.put(uuid, event.getUpdateOperationStatus().getStatus());
            openUpdates.putIfAbsent(uuid, now);
        }
        if (event.getType() == Event.Type.UPDATE && event.getUpdate().getStatus().hasUuid()) {
            TaskStatus status = event.getUpdate().getStatus();
            heard.put(status.getUuid(), status);
            openUpdates.putIfAbsent(status.getUuid(), now);
        }
    }

    void onSaid(long number, Call call) {
        require(number == connection && !hungUp, call.getType() + " is said on a connection that is over");
        switch (call.getType()) {
            case ACCEPT -> {
                call.getAccept().getOfferIdsList().forEach(this::onAnswered);
                onLaunch(call);
            }
            case DECLINE -> call.getDecline().getOfferIdsList().forEach(this::onAnswered);
            case ACKNOWLEDGE -> onAcknowledged(call.getAcknowledge());
            case ACKNOWLEDGE_OPERATION_STATUS -> onAcknowledged(call.getAcknowledgeOperationStatus());
            case ACCEPT_INVERSE_OFFERS ->
                    call.getAcceptInverseOffers().getInverseOfferIdsList().forEach(this::onInverseAnswered);
            case RECONCILE -> call.getReconcile().getTasksList().forEach(each -> onAsked(each.getTaskId().getValue()));
            default -> {
                // nothing to hold it to
            }
        }
    }

    private void onAnswered(OfferID offer) {
        String id = offer.getValue();
        require(usable.remove(id), id + " is answered twice, or was never made on this connection");
        openOffers.remove(id);
    }

    private void onInverseAnswered(OfferID offer) {
        openInverseOffers.remove(offer.getValue()); // one that was rescinded meanwhile may be answered
    }

    private void onAsked(String task) {
        asked.add(task);
        Long since = unasked.remove(task);
        require(
                since == null || simulation.nowNanos() - since <= ASK_NANOS,
                task + " is asked for long after the master has taken us");
        unheard.remove(task);
    }

    private void onLaunch(Call call) {
        Book book = book();
        boolean launches =
                call.getAccept().getOperationsList().stream().anyMatch(each -> !SimulatedMesos.tasks(each).isEmpty());
        require(
                !launches
                        || call.getAccept().getOfferIdsList().stream()
                                .noneMatch(each -> goingDown.contains(each.getValue())),
                "something is launched on an agent that is about to go down");
        require(
                !book.frameworkId.isEmpty() && book.frameworkId.equals(call.getFrameworkId().getValue()),
                "the id of the framework is not durable before it launches");
        for (Offer.Operation operation : call.getAccept().getOperationsList()) {
            require(
                    !operation.hasId() || book.operations.contains(operation.getId().getValue()),
                    operation.getId().getValue() + " is asked for before it is durable");
            for (TaskInfo task : SimulatedMesos.tasks(operation)) {
                unheard.put(task.getTaskId().getValue(), simulation.nowNanos());
                require(
                        book.tasks.containsKey(task.getTaskId().getValue()),
                        task.getTaskId().getValue() + " is launched before it is durable");
            }
        }
    }

    private void onAcknowledged(Call.Acknowledge acknowledge) {
        TaskStatus status = heard.get(acknowledge.getUuid());
        require(status != null, "an update is acknowledged that nobody has sent, or that needs it not");
        if (status == null) {
            return;
        }
        TaskState recorded = book().tasks.get(acknowledge.getTaskId().getValue());
        require(
                recorded == null || recorded == status.getState(),
                status.getState()
                        + " of "
                        + acknowledge.getTaskId().getValue()
                        + " is acknowledged, and recorded is "
                        + recorded);
        openUpdates.remove(acknowledge.getUuid());
    }

    private void onAcknowledged(Call.AcknowledgeOperationStatus acknowledge) {
        String id = acknowledge.getOperationId().getValue();
        OperationStatus status = heardOfOperations.get(acknowledge.getUuid());
        require(
                status != null && status.getOperationId().getValue().equals(id),
                "a status of " + id + " is acknowledged that nobody has sent, or that needs it not");
        require(!book().operations.contains(id), "the end of " + id + " is acknowledged and not durable");
        openUpdates.remove(acknowledge.getUuid());
    }

    /**
     * After every event: nothing waits for an answer for too long, and nothing is held that was rescinded.
     *
     * @param framework whose conversation this is
     */
    void check(FrameworkScheduler framework) {
        if (!rescinded.isEmpty()) {
            for (String offer : framework.view().offers()) {
                Long since = rescinded.get(offer);
                require(since == null || since == simulation.nowNanos(), offer + " is held, and was rescinded");
            }
        }
        if (isNewlySubscribed) {
            isNewlySubscribed = false;
            framework.view().tasks().forEach(task -> unasked.put(task, simulation.nowNanos()));
            asked.forEach(unasked::remove);
        }
        requireKnownWithin(ASK_NANOS, unasked, framework, "is not asked for, and the master is a new one");
        requireKnownWithin(
                LAUNCH_NANOS, unheard, framework, "was launched, and nobody asks why nothing is heard of it");
        requireSoon(openInverseOffers, "is a request to leave an agent without an answer");
        requireSoon(openOffers, "is an offer without an answer");
        requireSoon(openUpdates, "is an update without an acknowledgement");
    }

    private void requireSoon(SequencedMap<?, Long> open, String what) {
        var oldest = open.firstEntry();
        require(
                oldest == null || simulation.nowNanos() - oldest.getValue() < ANSWER_NANOS,
                oldest == null ? "" : oldest.getKey() + " " + what);
    }

    /** The same for tasks, within another time; they may be over meanwhile. */
    private void requireKnownWithin(
            long nanos, SequencedMap<String, Long> open, FrameworkScheduler framework, String what) {
        var oldest = open.firstEntry();
        while (oldest != null && simulation.nowNanos() - oldest.getValue() >= nanos) {
            require(!framework.view().tasks().contains(oldest.getKey()), oldest.getKey() + " " + what);
            open.pollFirstEntry();
            oldest = open.firstEntry();
        }
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            throw simulation.failure(otherwise);
        }
    }

    /** What a reader of the journal would know at this moment, told from the entries alone. */
    private static final class Book {
        final Map<String, TaskState> tasks = new HashMap<>(); // looked up, never iterated
        final Set<String> operations = new HashSet<>(); // membership only
        String frameworkId = "";
    }

    private Book book() {
        var book = new Book();
        for (Entry entry : durable.get()) {
            switch ((FrameworkEntry) entry) {
                case FrameworkEntry.Identified(var id) -> book.frameworkId = id;
                case FrameworkEntry.Forgotten() -> {
                    book.frameworkId = "";
                    book.tasks.clear();
                    book.operations.clear();
                }
                case FrameworkEntry.Intended(var id, _, _) -> book.tasks.put(id, TaskState.TASK_STAGING);
                case FrameworkEntry.Changed(var id, var state) -> book.tasks.computeIfPresent(id, (_, _) -> state);
                case FrameworkEntry.Cancelled _, FrameworkEntry.ExecutorIntended _ -> {
                    // says nothing about the state of a task
                }
                case FrameworkEntry.OperationIntended(var id, _) -> book.operations.add(id);
                case FrameworkEntry.OperationEnded(var id) -> book.operations.remove(id);
                case FrameworkEntry.Ended(var id) -> book.tasks.remove(id);
            }
        }
        return book;
    }
}
