package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.scheduler.FrameworkEvent.Failed.Cause;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.InverseOffer;
import org.apache.mesos.v1.Protos.OperationStatus;
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
 * <p>It alone owns the subscription, the offers, and the book of tasks. The book is durable ({@link FrameworkEntry}):
 * the framework's id before the first launch, a task before its ACCEPT, the state of a task before the update that
 * brought it is acknowledged. It takes {@link FrameworkMessage}s, tells its user {@link FrameworkEvent}s, and has
 * {@link MasterOperation}s done.
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
 * acknowledged if it has a uuid, after it is recorded, and never otherwise; what tasks use was offered; every task that
 * was placed ends once for the user; a task that is not in the book is not left running.
 */
public final class FrameworkScheduler implements Actor<FrameworkMessage> {
    private static final System.Logger LOG = System.getLogger(FrameworkScheduler.class.getName());
    private static final String RECONNECT = "reconnect";
    private static final String HEARTBEAT = "heartbeat";
    private static final String GIVE_UP = "give-up";
    private static final String LEAVE = "leave";

    /** Who stops waits for us, and a master that lives answers in far less. */
    private static final Duration LEAVE_PATIENCE = Duration.ofSeconds(3);

    private final FrameworkConfig config;
    private final FrameworkUser user;
    private final TaskBook book = new TaskBook();
    private final Subscription subscription;
    private final Offers offers;
    private final Questions questions;
    private final Starvation starvation = new Starvation();
    private final Unheard unheard;
    private final Kills kills;
    private boolean toldDisconnected;

    /**
     * @param user who is told {@link FrameworkEvent}s
     * @param recovered what an earlier run under the same name has written
     */
    public FrameworkScheduler(FrameworkConfig config, FrameworkUser user, List<FrameworkEntry> recovered) {
        this.config = config;
        this.user = user;
        this.subscription = new Subscription(config);
        this.offers = new Offers(config);
        this.questions = new Questions(config.timing().tasks());
        this.unheard = new Unheard(config.timing().tasks());
        this.kills = new Kills(config.timing().tasks());
        recovered.forEach(book::apply);
    }

    @Override
    public List<Effect> on(FrameworkMessage message, long nowNanos) {
        if (subscription.isOver()) {
            return message instanceof FrameworkMessage.Explain ? List.of(explain()) : List.of();
        }
        if (subscription.isLeaving()) {
            return onWhileLeaving(message);
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
            case FrameworkMessage.Launch(var request) -> onLaunch(request, nowNanos);
            case FrameworkMessage.Cancel(var taskId) -> onCancel(taskId);
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
            case FrameworkMessage.Stop(var teardown) -> onStop(teardown);
        };
    }

    private List<Effect> onHeard(FrameworkMessage.Heard heard, long nowNanos) {
        return switch (heard) {
            case FrameworkMessage.EventArrived(_, var event) -> onEvent(event, nowNanos);
            case FrameworkMessage.ConnectionEnded(_, var hopeless, var reason) ->
                    hopeless ? fail(Cause.REFUSED, reason) : onDisconnected(reason);
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
            case FrameworkMessage.AskAgain() ->
                    subscription.isSubscribed() ? questions.askAgain(book, calls()) : List.of();
            case FrameworkMessage.AskAboutAll() ->
                    subscription.isSubscribed() ? questions.askAboutAll(book, calls()) : List.of();
            case FrameworkMessage.AskForUnknown() ->
                    subscription.isSubscribed() ? questions.askForUnknown(calls()) : List.of();
            case FrameworkMessage.CheckLaunches() -> onCheckLaunches(nowNanos);
            case FrameworkMessage.KillAgain() -> onKillAgain();
            case FrameworkMessage.LookAround() -> starvation.look(offers.waiting(), subscription.isSubscribed());
        };
    }

    /** Placing is cheaper once for all that came than once for each. */
    @Override
    public List<Effect> endOfTurn(long nowNanos) {
        if (!subscription.isSubscribed()) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>(launch(offers.match(nowNanos), nowNanos));
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
        var call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        FrameworkInfo.Builder framework = config.framework().toBuilder();
        if (!book.frameworkId().isEmpty()) {
            framework.getIdBuilder().setValue(book.frameworkId());
            call.setFrameworkId(framework.getId());
        }
        call.getSubscribeBuilder().setFrameworkInfo(framework).addAllSuppressedRoles(offers.subscribing());
        if (config.offerConstraints().getRoleConstraintsCount() > 0) {
            call.getSubscribeBuilder().setOfferConstraints(config.offerConstraints());
        }
        return call.build();
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
        questions.onDisconnected();
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

    private List<Effect> onStop(boolean teardown) {
        if (teardown && subscription.isConnecting()) {
            subscription.leaving();
            return List.of(new Effect.Arm(LEAVE, LEAVE_PATIENCE, new FrameworkMessage.GiveUpLeaving()));
        }
        return teardown && subscription.isSubscribed() ? tearDown() : leave();
    }

    /**
     * We were stopped while a master may have taken us already. It would keep a framework that it has taken for the
     * whole failover time-out, under an id that perhaps only it knows. So we wait, bounded, for it to tell us the id.
     */
    private List<Effect> onWhileLeaving(FrameworkMessage message) {
        return switch (message) {
            case FrameworkMessage.EventArrived(var connection, var event) when connection == subscription.number() ->
                    switch (event.getType()) {
                        case SUBSCRIBED -> onSubscribedWhileLeaving(event.getSubscribed().getFrameworkId().getValue());
                        case ERROR -> leave();
                        default -> List.of();
                    };
            case FrameworkMessage.ConnectionEnded(var connection, _, _) when connection == subscription.number() ->
                    leave();
            case FrameworkMessage.GiveUpLeaving() -> leave();
            case FrameworkMessage.Explain() -> List.of(explain());
            default -> List.of();
        };
    }

    private List<Effect> onSubscribedWhileLeaving(String id) {
        if (!isOurs(id)) {
            return leave();
        }
        List<Effect> effects = new ArrayList<>();
        identify(id, effects);
        effects.addAll(tearDown());
        return effects;
    }

    private List<Effect> tearDown() {
        List<Effect> effects = new ArrayList<>();
        // Were it told first and not written, the next run would come under an id that was removed.
        Effect lastCall = calls().teardown();
        persist(new FrameworkEntry.Forgotten(), effects);
        effects.add(lastCall);
        effects.addAll(leave());
        return effects;
    }

    private List<Effect> leave() {
        subscription.over("it was stopped");
        return List.of(
                new Effect.Disarm(LEAVE),
                new Effect.Perform(new MasterOperation.HangUp(subscription.number())),
                tell(new FrameworkEvent.Stopped()));
    }

    private List<Effect> onCallRefused(Call call, String reason) {
        LOG.log(System.Logger.Level.WARNING, "the master has refused a call, {0}: {1}", call.getType(), reason);
        List<Effect> effects = new ArrayList<>();
        if (call.getAccept().getOfferIdsCount() > 0 && subscription.isSubscribed()) {
            effects.add(offers.declineUnused(call.getAccept().getOfferIdsList(), calls()));
        }
        for (var operation : call.getAccept().getOperationsList()) {
            for (TaskInfo task : operation.getLaunch().getTaskInfosList()) {
                end(
                        task.getTaskId().getValue(),
                        new TaskEnd(
                                TaskState.TASK_ERROR,
                                TaskEnd.Cause.LAUNCH,
                                "the master has refused to launch it: " + reason),
                        effects);
            }
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
            case UPDATE_OPERATION_STATUS -> onOperationStatus(event.getUpdateOperationStatus());
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
        if (!isOurs(id)) {
            return hangUpBecause("the master takes us for framework '" + id + "', not for " + book.frameworkId());
        }
        subscription.subscribed(Duration.ofMillis(Math.round(subscribed.getHeartbeatIntervalSeconds() * 1_000)));
        toldDisconnected = false;
        List<Effect> effects = new ArrayList<>();
        identify(id, effects);
        effects.add(new Effect.Disarm(GIVE_UP));
        effects.addAll(offers.onSubscribed(calls(), nowNanos));
        effects.add(watchHeartbeat());
        effects.addAll(questions.onSubscribed(book, calls()));
        effects.addAll(onKillAgain());
        var master = subscribed.getMasterInfo();
        String where = master.getHostname() + ":" + master.getPort();
        LOG.log(System.Logger.Level.INFO, "subscribed as {0} at the master on {1}", id, where);
        effects.add(tell(new FrameworkEvent.Registered(id, where, book.tasks().stream().map(MesosTask::id).toList())));
        return effects;
    }

    /** Under another id our tasks would be nobody's. */
    private boolean isOurs(String id) {
        return !id.isEmpty() && (book.frameworkId().isEmpty() || id.equals(book.frameworkId()));
    }

    private void identify(String id, List<Effect> effects) {
        if (!id.equals(book.frameworkId())) {
            persist(new FrameworkEntry.Identified(id), effects);
        }
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
                : fail(Cause.REFUSED, "the master refuses this framework: " + message);
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

    private List<Effect> onOperationStatus(Event.UpdateOperationStatus update) {
        OperationStatus status = update.getStatus();
        return status.hasUuid() && status.hasOperationId() ? List.of(calls().acknowledge(status)) : List.of();
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

    // tasks

    private List<Effect> onLaunch(TaskRequest request, long nowNanos) {
        if (offers.isWaiting(request.id()) || book.task(request.id()) != null) {
            return List.of();
        }
        if (!config.roles().contains(request.role())) {
            throw new IllegalArgumentException(
                    "task "
                            + request.id()
                            + " wants resources of role "
                            + request.role()
                            + ", but this framework is in "
                            + config.roles());
        }
        offers.request(request);
        List<Effect> effects = new ArrayList<>(starvation.watch());
        if (subscription.isSubscribed()) {
            effects.addAll(offers.wantMore(calls(), nowNanos));
        }
        return effects;
    }

    private List<Effect> launch(List<Matching.Match> matches, long nowNanos) {
        SequencedMap<Matching.Seat, List<Matching.Match>> bySeat = new LinkedHashMap<>();
        matches.forEach(match -> bySeat.computeIfAbsent(match.seat(), _ -> new ArrayList<>()).add(match));
        List<Effect> effects = new ArrayList<>();
        bySeat.forEach((seat, here) -> {
            List<TaskInfo> tasks = new ArrayList<>();
            for (Matching.Match match : here) {
                TaskInfo task = Launches.taskInfo(match, book.frameworkId());
                persist(
                        new FrameworkEntry.Intended(
                                match.request().id(),
                                seat.agent().agentId(),
                                task.getExecutor().getExecutorId().getValue()),
                        effects);
                tasks.add(task);
                effects.add(tell(new FrameworkEvent.TaskPlaced(match.request().id(), Launches.placement(match))));
            }
            effects.add(calls().accept(seat.offers().stream().map(HeldOffer::id).toList(), tasks, offers.refuseRest()));
        });
        effects.addAll(unheard.onLaunched(matches.stream().map(match -> match.request().id()).toList(), nowNanos));
        return effects;
    }

    private List<Effect> onCancel(String taskId) {
        offers.withdraw(taskId);
        MesosTask task = book.task(taskId);
        if (task == null || task.cancelled()) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        persist(new FrameworkEntry.Cancelled(taskId), effects);
        effects.addAll(kills.onCancelled(task, calls(), subscription.isSubscribed()));
        return effects;
    }

    private List<Effect> onStatus(TaskStatus status, long nowNanos) {
        String taskId = status.getTaskId().getValue();
        List<Effect> effects = new ArrayList<>();
        questions.onAnswer(taskId);
        unheard.onHeard(taskId);
        MesosTask task = book.task(taskId);
        if (!status.hasState()) {
            acknowledge(status, effects); // a state that is newer than we are
        } else if (task == null) {
            acknowledge(status, effects);
            if (TaskStates.mayStillRun(status.getState())) {
                effects.add(calls().kill(taskId, status.getAgentId().getValue()));
            }
        } else if (TaskStates.isEnd(status, isPartitionAware())) {
            end(taskId, TaskEnd.of(status), effects);
            acknowledge(status, effects);
            effects.addAll(offers.wantMore(calls(), nowNanos));
        } else {
            if (task.state() != status.getState()) {
                persist(new FrameworkEntry.Changed(taskId, status.getState()), effects);
            }
            acknowledge(status, effects);
            effects.add(tell(new FrameworkEvent.TaskChanged(taskId, status)));
            if (TaskStates.isDoubtful(status.getState())) {
                effects.addAll(questions.ask(List.of(task), calls()));
            }
        }
        return effects;
    }

    private void acknowledge(TaskStatus status, List<Effect> effects) {
        if (status.hasUuid() && status.hasAgentId()) { // both are in every update that waits for it
            effects.add(calls().acknowledge(status));
        }
    }

    private void end(String taskId, TaskEnd end, List<Effect> effects) {
        if (book.task(taskId) == null) {
            return;
        }
        persist(new FrameworkEntry.Ended(taskId), effects);
        unheard.onHeard(taskId);
        offers.onEnded(taskId);
        effects.add(tell(new FrameworkEvent.TaskEnded(taskId, end)));
    }

    private boolean isPartitionAware() {
        return config.framework().getCapabilitiesList().stream()
                .anyMatch(each -> each.getType() == FrameworkInfo.Capability.Type.PARTITION_AWARE);
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

    private List<Effect> onCheckLaunches(long nowNanos) {
        List<MesosTask> overdue = unheard.takeOverdue(book, nowNanos);
        List<Effect> effects = new ArrayList<>();
        if (subscription.isSubscribed()) {
            effects.addAll(questions.ask(overdue, calls()));
        }
        effects.addAll(unheard.watch());
        return effects;
    }

    private List<Effect> onKillAgain() {
        return kills.again(book.tasks(), calls(), subscription.isSubscribed());
    }

    // effects

    private Calls calls() {
        return new Calls(subscription.number(), FrameworkID.newBuilder().setValue(book.frameworkId()).build());
    }

    private void persist(FrameworkEntry entry, List<Effect> effects) {
        effects.add(new Effect.Persist(entry));
        book.apply(entry);
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
                offers.held().stream().map(offer -> offer.id().getValue()).toList());
    }

    /**
     * What tests and invariants look at.
     *
     * @param tasks that are not over
     * @param offers that were not answered
     */
    public record View(boolean subscribed, String frameworkId, List<String> tasks, List<String> offers) {}
}
