package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.scheduler.FrameworkEvent.Failed.Cause;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.InverseOffer;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * A Mesos framework: keeps a subscription, launches tasks on what masters offer, and knows what became of them.
 *
 * <p>It alone owns the subscription, the offers, and the book of tasks and of changes of resources. The book is durable
 * ({@link FrameworkEntry}): the framework's id before the first launch, a task or an operation before its ACCEPT, the
 * state of a task and the end of an operation before the update that brought it is acknowledged. It takes {@link
 * FrameworkMessage}s, tells its user {@link FrameworkEvent}s, and has {@link MasterOperation}s done.
 *
 * <pre>
 *               Connect                   SUBSCRIBED
 *   new ──────────────────▶ connecting ──────────────▶ subscribed
 *                             ▲   │                        │
 *             after a while   │   ▼   ended, silent        │ ended, silent, ERROR
 *                           waiting ◀──────────────────────┘
 *   any of them ── Stop, "failed over", "removed", refused for good ──▶ over
 *   connecting ── Stop ──▶ leaving ── SUBSCRIBED, ended, bound ──▶ over
 * </pre>
 *
 * <p>Invariants: an offer that came is accepted, declined, rescinded, or void with its connection; a status is
 * acknowledged if it has a uuid, after it is recorded, and never otherwise; what tasks use was offered; every task and
 * every operation that was placed ends once for the user; a task that is not in the book is not left running.
 */
public final class FrameworkScheduler implements Actor<FrameworkMessage> {
    private static final System.Logger LOG = System.getLogger(FrameworkScheduler.class.getName());
    private static final String RECONNECT = "reconnect";
    private static final String HEARTBEAT = "heartbeat";
    private static final String GIVE_UP = "give-up";

    private final FrameworkConfig config;
    private final FrameworkUser user;
    private final Book book = new Book();
    private final Subscription subscription;
    private final Descriptions descriptions;
    private final Offers offers;
    private final Starvation starvation = new Starvation();
    private final Tasks tasks;
    private final OfferOperations operations;
    private final Leaving leaving;
    private boolean toldDisconnected;

    /**
     * @param user who is told {@link FrameworkEvent}s
     * @param recovered what an earlier run under the same name has written
     */
    public FrameworkScheduler(FrameworkConfig config, FrameworkUser user, List<FrameworkEntry> recovered) {
        this.config = config;
        this.user = user;
        this.subscription = new Subscription(config);
        this.descriptions = new Descriptions(config.description(), user);
        this.offers = new Offers(config, descriptions);
        this.tasks = new Tasks(book, offers, user, config.timing().tasks());
        this.operations = new OfferOperations(book, user, config.timing().tasks());
        this.leaving = new Leaving(subscription, book, user);
        recovered.forEach(book::apply);
    }

    @Override
    public List<Effect> on(FrameworkMessage message, long nowNanos) {
        if (subscription.isLeaving() || subscription.isOver()) {
            return message instanceof FrameworkMessage.Explain ? List.of(explain()) : leaving.onWhileLeaving(message);
        }
        return switch (message) {
            case FrameworkMessage.Command command -> onCommand(command, nowNanos);
            case FrameworkMessage.Heard heard ->
                    heard.connection() == subscription.number() && subscription.isUnderWay()
                            ? onHeard(heard, nowNanos)
                            : List.of();
            case FrameworkMessage.LookedAround(var reason) -> {
                starvation.seen(reason);
                yield List.of();
            }
            case FrameworkMessage.Due due -> onDue(due, nowNanos);
        };
    }

    private List<Effect> onCommand(FrameworkMessage.Command command, long nowNanos) {
        return switch (command) {
            case FrameworkMessage.Start() -> onStart(nowNanos);
            case FrameworkMessage.Launch(var request) -> onLaunch(List.of(request.id()), request, nowNanos);
            case FrameworkMessage.LaunchGroup(var request) ->
                    onLaunch(request.tasks().stream().map(GroupRequest.Member::id).toList(), request, nowNanos);
            case FrameworkMessage.Cancel(var taskId) -> {
                offers.withdrawTask(taskId);
                yield tasks.onCancelled(taskId, calls(), subscription.isSubscribed());
            }
            case FrameworkMessage.Operate(var request) -> onOperate(request, nowNanos);
            case FrameworkMessage.Withdraw(var operationId) -> {
                offers.withdrawOperation(operationId);
                yield List.of();
            }
            case FrameworkMessage.Describe(var description) ->
                    descriptions.onWanted(description, offers, calls(), subscription.isSubscribed());
            case FrameworkMessage.Avoid(var agent, var time, var reason) -> {
                offers.avoid(agent, nowNanos + time.toNanos(), reason);
                yield List.of();
            }
            case FrameworkMessage.Trust(var agent) -> {
                offers.trust(agent);
                yield List.of();
            }
            case FrameworkMessage.ShutDown(var executor, var agent) ->
                    subscription.isSubscribed() ? List.of(calls().shutDown(executor, agent)) : List.of();
            case FrameworkMessage.Tell(var executor, var agent, var data) ->
                    subscription.isSubscribed() ? List.of(calls().message(executor, agent, data)) : List.of();
            case FrameworkMessage.Explain() -> List.of(explain());
            case FrameworkMessage.Stop(var teardown) -> leaving.onStop(teardown);
        };
    }

    private List<Effect> onHeard(FrameworkMessage.Heard heard, long nowNanos) {
        return switch (heard) {
            case FrameworkMessage.EventArrived(_, var event) -> onEvent(event, nowNanos);
            case FrameworkMessage.ConnectionEnded(_, var hopeless, var reason) ->
                    hopeless ? onRefused(reason) : onDisconnected(reason);
            case FrameworkMessage.CallDone(_, var call) ->
                    call.getType() == Call.Type.UPDATE_FRAMEWORK ? descriptions.onTaken(offers, calls()) : List.of();
            case FrameworkMessage.CallRefused(_, var call, var reason) -> onCallRefused(call, reason);
        };
    }

    private List<Effect> onDue(FrameworkMessage.Due due, long nowNanos) {
        return switch (due) {
            case FrameworkMessage.Reconnect() -> subscription.isUnderWay() ? List.of() : connect(nowNanos);
            case FrameworkMessage.CheckHeartbeat(var connection) -> onCheckHeartbeat(connection, nowNanos);
            case FrameworkMessage.GiveUpConnecting() -> onGiveUpConnecting();
            case FrameworkMessage.GiveUpLeaving() -> List.of(); // that is over
            case FrameworkMessage.SweepOffers() -> onSweepOffers(nowNanos);
            case FrameworkMessage.Revive() -> onReviveDue(nowNanos);
            case FrameworkMessage.AskAgain() -> subscription.isSubscribed() ? tasks.askAgain(calls()) : List.of();
            case FrameworkMessage.AskAboutAll() -> subscription.isSubscribed() ? tasks.askAboutAll(calls()) : List.of();
            case FrameworkMessage.AskForUnknown() ->
                    subscription.isSubscribed() ? tasks.askForUnknown(calls()) : List.of();
            case FrameworkMessage.AskAboutOperations() ->
                    operations.onDue(calls(), subscription.isSubscribed(), nowNanos);
            case FrameworkMessage.CheckLaunches() ->
                    tasks.checkLaunches(calls(), subscription.isSubscribed(), nowNanos);
            case FrameworkMessage.KillAgain() -> tasks.killAgain(calls(), subscription.isSubscribed());
            case FrameworkMessage.LookAround() -> starvation.look(offers.waiting(), subscription.isSubscribed());
        };
    }

    /** Placing is cheaper once for all that came than once for each. */
    @Override
    public List<Effect> endOfTurn(long nowNanos) {
        if (!subscription.isSubscribed()) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>(accept(offers.match(book.groupExecutors(), nowNanos), nowNanos));
        effects.addAll(offers.settle(calls()));
        return effects;
    }

    // the connection

    private List<Effect> onStart(long nowNanos) {
        if (subscription.number() > 0) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        Duration patience = config.timing().connecting().patience();
        effects.add(new Effect.Arm(GIVE_UP, patience, new FrameworkMessage.GiveUpConnecting()));
        effects.addAll(connect(nowNanos));
        return effects;
    }

    private List<Effect> connect(long nowNanos) {
        subscription.connecting(nowNanos);
        return List.of(
                new Effect.Perform(new MasterOperation.Connect(subscription.number(), subscribe())), watchHeartbeat());
    }

    private Call subscribe() {
        FrameworkDescription description = descriptions.subscribing();
        List<String> suppressed = offers.subscribing(description.framework().getRolesList());
        return Calls.subscribe(description, book.frameworkId(), suppressed);
    }

    private Effect watchHeartbeat() {
        return new Effect.Arm(
                HEARTBEAT, subscription.heartbeat(), new FrameworkMessage.CheckHeartbeat(subscription.number()));
    }

    private List<Effect> onCheckHeartbeat(long connection, long nowNanos) {
        if (connection != subscription.number() || !subscription.isUnderWay()) {
            return List.of();
        }
        if (!subscription.isSilent(nowNanos)) {
            return List.of(watchHeartbeat());
        }
        return hangUpBecause("the master has been silent for too long");
    }

    private List<Effect> hangUpBecause(String reason) {
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Perform(new MasterOperation.HangUp(subscription.number())));
        effects.addAll(onDisconnected(reason));
        return effects;
    }

    private List<Effect> onDisconnected(String reason) {
        Duration wait = subscription.ended(reason);
        offers.onDisconnected();
        tasks.onDisconnected();
        operations.onDisconnected();
        List<Effect> effects = new ArrayList<>();
        effects.add(new Effect.Arm(RECONNECT, wait, new FrameworkMessage.Reconnect()));
        if (!toldDisconnected) {
            toldDisconnected = true;
            LOG.log(System.Logger.Level.INFO, "no master: {0}", reason);
            effects.add(tell(new FrameworkEvent.Disconnected(reason)));
        }
        return effects;
    }

    private List<Effect> onGiveUpConnecting() {
        if (subscription.wasEverSubscribed()) {
            return List.of();
        }
        return fail(
                Cause.UNREACHABLE,
                "no Mesos master has taken this framework within "
                        + config.timing().connecting().patience().toSeconds()
                        + " s; the last attempt: "
                        + subscription.lastReason());
    }

    private List<Effect> fail(Cause cause, String reason) {
        LOG.log(System.Logger.Level.INFO, "this framework ends: {0}", reason); // its user tells whom it concerns
        var hangUp = new Effect.Perform(new MasterOperation.HangUp(subscription.number()));
        subscription.over(reason);
        return List.of(hangUp, tell(new FrameworkEvent.Failed(cause, reason)));
    }

    private List<Effect> onCallRefused(Call call, String reason) {
        LOG.log(System.Logger.Level.WARNING, "the master has refused a call, {0}: {1}", call.getType(), reason);
        if (call.getType() == Call.Type.UPDATE_FRAMEWORK) {
            return descriptions.onRefused(reason, offers, calls(), subscription.isSubscribed());
        }
        List<Effect> effects = new ArrayList<>();
        if (call.getAccept().getOfferIdsCount() > 0 && subscription.isSubscribed()) {
            effects.add(offers.declineUnused(call.getAccept().getOfferIdsList(), calls()));
        }
        for (Offer.Operation operation : call.getAccept().getOperationsList()) {
            String detail = "the master has refused it: " + reason;
            for (TaskInfo task : Launches.tasks(operation)) {
                var end = new TaskEnd(TaskState.TASK_ERROR, TaskEnd.Cause.LAUNCH, detail);
                effects.addAll(tasks.end(task.getTaskId().getValue(), end));
            }
            var end = new OperationEnd(OperationState.OPERATION_ERROR, detail, List.of());
            effects.addAll(operations.end(operation.getId().getValue(), end));
        }
        return effects;
    }

    // what the master says

    private List<Effect> onEvent(Event event, long nowNanos) {
        subscription.heard(nowNanos);
        if (!EventCheck.canBeUsed(event)) {
            LOG.log(System.Logger.Level.WARNING, "an event cannot be understood: {0}", EventCheck.missing(event));
            return List.of();
        }
        if (event.getType() == Event.Type.SUBSCRIBED) {
            return onSubscribed(event.getSubscribed(), nowNanos);
        }
        if (event.getType() == Event.Type.ERROR) {
            return onError(event.getError().getMessage());
        }
        if (!subscription.isSubscribed()) {
            return List.of(); // nothing that counts comes before SUBSCRIBED
        }
        return switch (event.getType()) {
            case OFFERS -> offers.onOffers(event.getOffers().getOffersList(), calls(), nowNanos);
            case RESCIND -> {
                offers.onRescinded(event.getRescind().getOfferId());
                yield List.of();
            }
            case INVERSE_OFFERS -> onInverseOffers(event.getInverseOffers().getInverseOffersList(), nowNanos);
            case UPDATE -> onStatus(event.getUpdate().getStatus(), nowNanos);
            case UPDATE_OPERATION_STATUS -> onOperationStatus(event.getUpdateOperationStatus(), nowNanos);
            case MESSAGE -> onMessage(event.getMessage());
            case FAILURE -> onFailure(event.getFailure());
            case SUBSCRIBED, ERROR, HEARTBEAT, RESCIND_INVERSE_OFFER, UNKNOWN -> List.of();
        };
    }

    private List<Effect> onSubscribed(Event.Subscribed subscribed, long nowNanos) {
        if (subscription.isSubscribed()) {
            return List.of(); // to begin anew would forget what was offered on this very connection
        }
        String id = subscribed.getFrameworkId().getValue();
        if (!book.mayBeOurs(id)) {
            return hangUpBecause("the master takes us for framework '" + id + "', not for " + book.frameworkId());
        }
        subscription.subscribed(Duration.ofMillis(Math.round(subscribed.getHeartbeatIntervalSeconds() * 1_000)));
        toldDisconnected = false;
        List<Effect> effects = new ArrayList<>(book.identify(id));
        effects.add(new Effect.Disarm(GIVE_UP));
        effects.addAll(offers.onSubscribed(calls(), nowNanos));
        effects.add(watchHeartbeat());
        effects.addAll(tasks.onSubscribed(calls()));
        effects.addAll(operations.onSubscribed(calls()));
        var master = subscribed.getMasterInfo();
        String where = master.getHostname() + ":" + master.getPort();
        LOG.log(System.Logger.Level.INFO, "subscribed as {0} at the master on {1}", id, where);
        effects.add(tell(new FrameworkEvent.Registered(id, where, book.tasks().stream().map(MesosTask::id).toList())));
        effects.addAll(descriptions.onTaken(offers, calls()));
        return effects;
    }

    private List<Effect> onError(String message) {
        if (message.contains("Framework failed over")) {
            return fail(
                    Cause.GONE, "another instance of this framework, " + book.frameworkId() + ", has taken its place");
        }
        if (message.contains("Framework has been removed")) {
            return fail(
                    Cause.GONE,
                    "the master has removed this framework, "
                            + book.frameworkId()
                            + ": it was torn down, or it was away for longer than its failover time-out");
        }
        return subscription.isSubscribed()
                ? hangUpBecause("the master says: " + message)
                : onRefused("the master refuses this framework: " + message);
    }

    /** Where it may be because of another description, the one before is tried again. */
    private List<Effect> onRefused(String reason) {
        if (!descriptions.isAsked()) {
            return fail(Cause.REFUSED, reason);
        }
        List<Effect> effects = new ArrayList<>(descriptions.onRefused(reason, offers, calls(), false));
        effects.addAll(hangUpBecause(reason));
        return effects;
    }

    private List<Effect> onInverseOffers(List<InverseOffer> inverse, long nowNanos) {
        List<Effect> effects = new ArrayList<>();
        effects.add(calls().acceptInverse(inverse.stream().map(InverseOffer::getId).toList()));
        for (InverseOffer offer : inverse) {
            long start = offer.getUnavailability().getStart().getNanoseconds();
            long until = Math.max(0, start - (nowNanos + config.wallOffsetNanos()));
            effects.add(tell(new FrameworkEvent.AgentLeaving(offer.getAgentId().getValue(), Duration.ofNanos(until))));
        }
        return effects;
    }

    private List<Effect> onStatus(TaskStatus status, long nowNanos) {
        boolean partitionAware = descriptions.has(FrameworkInfo.Capability.Type.PARTITION_AWARE);
        int before = book.tasks().size();
        List<Effect> effects = new ArrayList<>(tasks.onStatus(status, partitionAware, calls()));
        if (book.tasks().size() < before) {
            effects.addAll(offers.wantMore(calls(), nowNanos));
        }
        return effects;
    }

    private List<Effect> onOperationStatus(Event.UpdateOperationStatus update, long nowNanos) {
        int before = book.operations().size();
        List<Effect> effects = new ArrayList<>(operations.onStatus(update, calls(), nowNanos));
        if (book.operations().size() < before) {
            effects.addAll(offers.wantMore(calls(), nowNanos)); // what was changed may be what something waits for
        }
        return effects;
    }

    private List<Effect> onMessage(Event.Message message) {
        return List.of(
                tell(
                        new FrameworkEvent.MessageArrived(
                                message.getExecutorId().getValue(),
                                message.getAgentId().getValue(),
                                new Bytes(message.getData()))));
    }

    private List<Effect> onFailure(Event.Failure failure) {
        AgentID agent = failure.getAgentId();
        return List.of(
                tell(
                        failure.hasExecutorId()
                                ? new FrameworkEvent.ExecutorEnded(
                                        failure.getExecutorId().getValue(), agent.getValue(), failure.getStatus())
                                : new FrameworkEvent.AgentLost(agent.getValue())));
    }

    // what is wanted

    private boolean isKnown(String taskId) {
        return offers.waiting().hasTask(taskId) || book.task(taskId) != null;
    }

    private boolean isKnownOperation(String id) {
        return offers.waiting().hasOperation(id) || book.operation(id) != null;
    }

    private List<Effect> onLaunch(List<String> tasks, Request request, long nowNanos) {
        Reservation reservation = request.reservation();
        boolean isKnown =
                tasks.stream().anyMatch(this::isKnown)
                        || reservation != null && isKnownOperation(reservation.operationId());
        return isKnown ? List.of() : onRequest(request, nowNanos);
    }

    private List<Effect> onOperate(OperationRequest request, long nowNanos) {
        return isKnownOperation(request.id()) ? List.of() : onRequest(request, nowNanos);
    }

    /** What speaks against a request before any offer comes: its maker cannot know how we are described just now. */
    private String objection(Request request) {
        if (!descriptions.isIn(request.role())) {
            return "it wants resources of role "
                    + request.role()
                    + ", but this framework is, and is to stay, in "
                    + descriptions.roles().stream().filter(descriptions::isIn).toList();
        }
        boolean changesResources = request instanceof OperationRequest || request.reservation() != null;
        return changesResources && !descriptions.has(FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT)
                ? "it changes resources, for which a framework must have the capability RESERVATION_REFINEMENT"
                : "";
    }

    private List<Effect> onRequest(Request request, long nowNanos) {
        String objection = objection(request);
        if (!objection.isEmpty()) {
            return List.of(tell(new FrameworkEvent.RequestRefused(request, objection)));
        }
        offers.request(request);
        List<Effect> effects = new ArrayList<>(starvation.watch());
        if (subscription.isSubscribed()) {
            effects.addAll(offers.wantMore(calls(), nowNanos));
        }
        return effects;
    }

    private List<Effect> accept(List<Matching.Match> matches, long nowNanos) {
        SequencedMap<Matching.Seat, List<Matching.Match>> bySeat = new LinkedHashMap<>();
        matches.forEach(match -> bySeat.computeIfAbsent(match.seat(), _ -> new ArrayList<>()).add(match));
        List<Effect> effects = new ArrayList<>();
        bySeat.forEach((seat, here) -> {
            Acceptance acceptance = Acceptance.of(seat, here, book);
            acceptance.entries().forEach(entry -> effects.add(book.write(entry)));
            acceptance.events().forEach(event -> effects.add(tell(event)));
            effects.add(
                    calls().accept(
                                    seat.offers().stream().map(HeldOffer::id).toList(),
                                    acceptance.operations(),
                                    offers.refuseRest(seat.role())));
            effects.addAll(tasks.onLaunched(acceptance.tasks(), nowNanos));
            effects.addAll(operations.onAsked(acceptance.changes(), nowNanos));
        });
        return effects;
    }

    // timers

    private List<Effect> onSweepOffers(long nowNanos) {
        if (!subscription.isSubscribed()) {
            offers.onSweepWithoutConnection();
            return List.of();
        }
        return offers.sweep(calls(), nowNanos);
    }

    private List<Effect> onReviveDue(long nowNanos) {
        offers.onReviveDue();
        return subscription.isSubscribed() ? offers.wantMore(calls(), nowNanos) : List.of();
    }

    // effects

    private Calls calls() {
        return Calls.on(subscription, book);
    }

    private Effect tell(FrameworkEvent event) {
        return user.tell(event);
    }

    private Effect explain() {
        return tell(new FrameworkEvent.Explained(offers.explain(subscription.toString(), starvation.reason())));
    }

    /** What tests and invariants look at. */
    public View view() {
        return new View(
                subscription.isSubscribed(),
                book.frameworkId(),
                book.tasks().stream().map(MesosTask::id).toList(),
                book.operations().stream().map(MesosOperation::id).toList(),
                offers.held().stream().map(offer -> offer.id().getValue()).toList());
    }

    /**
     * What tests and invariants look at.
     *
     * @param tasks that are not over
     * @param operations that are not over
     * @param offers that were not answered
     */
    public record View(
            boolean subscribed, String frameworkId, List<String> tasks, List<String> operations, List<String> offers) {}
}
