package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;

import java.util.ArrayList;
import java.util.List;

/**
 * Places the tasks of stages on leased executors.
 *
 * <p><b>Role.</b> It wants room for tasks, is granted leases, gives attempts at tasks to the executors behind them, and
 * sees each partition of each task set through to one success, or the set to its abortion.
 *
 * <p><b>Owns</b> task sets and their attempts ({@link TaskSets}), leases and executors ({@link ExecutorLife}, {@link
 * ExecutorTable}), the order of sets ({@link SetOrder}), what is left out ({@link Exclusions}), and where tasks wait
 * for each other ({@link BarrierRounds}). <b>Durable</b> is nothing: a new driver submits its stages anew.
 *
 * <p><b>Messages</b> only change state; what they lead to happens once at the end of the turn, so that a hundred
 * outcomes cost one round of placing and one message to each executor concerned.
 *
 * <pre>
 *   DAG scheduler ── SubmitTasks, CancelTasks, PartitionFinished, TellExecutors, Explain ──▶ ┐
 *   backend ──────── Granted, Changed, Ending, Ended, Connected, Disconnected, Dead, … ─────▶ │ on
 *   executors ────── ExecutorReports (each sequence once, in order; 0 at once) ─────────────▶ │
 *   barrier door ─── BarrierMessage.Arrived ────────────────────────────────────────────────▶ │
 *   timers ───────── SchedulerTimer ────────────────────────────────────────────────────────▶ ┘
 *   DAG scheduler ◀── TasksEnded, TaskSetAborted, ExecutorJoined, ExecutorGone, NothingRuns, … ┐
 *   backend ◀──────── Desire, Release, Explain ────────────────────────────────────────────── │ endOfTurn
 *   barrier door ◀─── BarrierMessage.Answered ─────────────────────────────────────────────── │
 *   executors ◀────── ExecutorOrders (one per turn and executor) ──────────────────────────── ┘
 * </pre>
 *
 * <p><b>A task</b>
 *
 * <pre>
 *   WAITING ──placed──▶ HELD ◀──those before it ended── QUEUED at the executor
 *      ▲                  │                                │
 *      └──failed, killed, executor lost, called back ◀─────┘
 *                         └──succeeded──▶ FINISHED
 * </pre>
 *
 * <p><b>Invariants.</b> A partition succeeds at most once per stage attempt. What held attempts use of an executor is
 * never above its lease, unless the lease shrank below what ran. An attempt that was told to end counts until its
 * executor says that it has, or is gone. Each attempt is in the table, in its set and at its executor, or in none of
 * them. Nothing waits without a timer, a running task, an awaited executor, or a demand that the backend knows.
 */
public final class LeaseTaskScheduler implements TaskScheduler {
    private final Outbox outbox;
    private final ExecutorTable executors = new ExecutorTable();
    private final SetOrder order;
    private final Exclusions exclusions;
    private final BarrierRounds barriers;
    private final TaskSets sets;
    private final ExecutorLife life;
    private final Placement placement;
    private final DemandTeller demand;
    private final CallingBack callingBack;
    private final Speculating speculating;
    private final Explaining explaining;
    private long lastNanos;
    private boolean touched;

    /**
     * A scheduler without leases and tasks.
     *
     * @param dag where {@link SchedulingEvent}s go
     * @param backend where {@link dev.capstan.driver.backend.BackendCommand}s go
     * @param epoch of this driver, in every message to an executor
     */
    public LeaseTaskScheduler(Address dag, Address backend, Epoch epoch, SchedulingConfig config) {
        outbox = new Outbox(dag, backend, epoch);
        order = new SetOrder(config.mode(), config.pools());
        exclusions = new Exclusions(config.exclusion(), executors, outbox);
        barriers = new BarrierRounds(outbox);
        sets = new TaskSets(epoch, config, outbox, executors, order, exclusions, barriers);
        life =
                new ExecutorLife(
                        epoch, config, executors, sets, new Reconciling(config, sets, outbox), exclusions, outbox);
        placement = new Placement(config, executors, sets, order, exclusions, outbox);
        demand = new DemandTeller(config, executors, sets, outbox);
        callingBack = new CallingBack(executors, outbox);
        speculating = new Speculating(config.speculation(), sets, order, outbox);
        explaining = new Explaining(config, executors, sets, exclusions, outbox);
    }

    @Override
    public List<Effect> on(Message message, long nowNanos) {
        lastNanos = nowNanos;
        touched = true;
        switch (message) {
            case ExecutorReports reports -> life.take(reports, nowNanos);
            case SchedulingRequest request -> onRequest(request, nowNanos);
            case BarrierMessage.Arrived arrived -> barriers.arrived(arrived, sets.attempt(arrived.task()));
            case BackendEvent event -> onBackend(event, nowNanos);
            case SchedulerTimer timer -> onTimer(timer, nowNanos);
            default -> throw new IllegalArgumentException("a task scheduler does not take " + message.trace());
        }
        return List.of();
    }

    /** Places what can be placed, and tells everybody what the messages of this turn led to. */
    @Override
    public List<Effect> endOfTurn(long nowNanos) {
        if (!touched) {
            return List.of();
        }
        touched = false;
        lastNanos = nowNanos;
        placement.place(nowNanos);
        callingBack.endOfTurn();
        speculating.endOfTurn();
        demand.endOfTurn();
        explaining.endOfTurn();
        life.endOfTurn(nowNanos);
        return outbox.take();
    }

    private void onRequest(SchedulingRequest request, long now) {
        switch (request) {
            case SchedulingRequest.SubmitTasks(var tasks) -> sets.submit(tasks, now);
            case SchedulingRequest.CancelTasks(var stage, var interrupt, var reason) ->
                    sets.cancel(stage, interrupt, reason);
            case SchedulingRequest.HoldTasks(var stage) -> sets.hold(stage);
            case SchedulingRequest.PartitionFinished(var stage, var partition) ->
                    sets.partitionFinished(stage, partition, now);
            case SchedulingRequest.TellExecutors(var told) -> {
                for (ExecutorEntry executor : executors.all()) {
                    if (executor.registered()) {
                        outbox.orderForSure(executor, told);
                    }
                }
            }
            case SchedulingRequest.TellExecutor(var told, var what) -> {
                ExecutorEntry executor = executors.get(told);
                if (executor != null && executor.registered()) {
                    outbox.orderForSure(executor, what);
                }
            }
            case SchedulingRequest.Explain() -> explaining.asked();
        }
    }

    private void onBackend(BackendEvent event, long now) {
        switch (event) {
            case BackendEvent.Connected(var cluster) -> explaining.connected(cluster);
            case BackendEvent.Disconnected(var reason) -> explaining.disconnected(reason);
            case BackendEvent.Dead(var fault, var reason) ->
                    outbox.tellDag(new SchedulingEvent.BackendDead(fault, reason));
            case BackendEvent.Granted(var lease) -> life.granted(lease, now);
            case BackendEvent.Changed(var lease) -> life.changed(lease, now);
            case BackendEvent.Ending ending -> life.ending(ending);
            case BackendEvent.Ended(var lease, var reason, var detail) -> life.ended(lease, reason, detail);
            case BackendEvent.Explained(var whyNot) -> explaining.answer(whyNot, now);
        }
    }

    private void onTimer(SchedulerTimer timer, long now) {
        switch (timer) {
            case SchedulerTimer.SweepExecutors() -> life.sweep(now);
            case SchedulerTimer.PlaceElsewhere _ -> {} // placing follows at the end of the turn
            case SchedulerTimer.TellDemand() -> demand.onTimer();
            case SchedulerTimer.SayWhyNothingRuns() -> explaining.onStarvation();
            case SchedulerTimer.ExplainWithoutBackend() -> explaining.answer(null, now);
            case SchedulerTimer.CallBackQueued() -> callingBack.onTimer(now);
            case SchedulerTimer.ExpireExclusions() -> exclusions.expire(now);
            case SchedulerTimer.Speculate() -> speculating.onTimer(now);
            case SchedulerTimer.GiveUpOnBarrier(var stage) -> {
                ActiveSet set = sets.get(stage);
                if (set != null) {
                    placement.giveUpOnBarrier(set, now);
                }
            }
            case SchedulerTimer.BarrierIsLate(var stage, var call) -> {
                ActiveSet set = sets.get(stage);
                if (set != null) {
                    barriers.late(set, call);
                }
            }
        }
    }

    /** Counts everything that is kept in two places anew and throws if they differ; for tests. */
    void checkInvariants() {
        Audit.check(sets, executors);
        executors.checkInvariants();
    }

    @Override
    public SchedulingView view() {
        var executorLines = new ArrayList<SchedulingView.ExecutorLine>();
        for (ExecutorEntry executor : executors.all()) {
            executorLines.add(
                    new SchedulingView.ExecutorLine(
                            executor.id,
                            executor.host.name,
                            executor.leased(),
                            executors.kinds.resources(executor.held()),
                            executor.attempts,
                            executor.queued,
                            executor.takesTasks()));
        }
        var setLines = new ArrayList<SchedulingView.TaskSetLine>();
        for (ActiveSet set : sets.open()) {
            setLines.add(set.line());
        }
        var poolLines = new ArrayList<SchedulingView.PoolLine>();
        for (PoolEntry pool : order.pools()) {
            poolLines.add(pool.line());
        }
        return new SchedulingView(executorLines, setLines, poolLines, exclusions.lines(lastNanos));
    }
}
