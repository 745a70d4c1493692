package dev.capstan.executor.logic;

import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.collection.Newest;
import dev.capstan.kernel.resource.Resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * One life of an executor: takes tasks of one driver, sees that each has one outcome, and that the driver learns it.
 *
 * <p>It alone owns which tasks it was given and not yet reported, and the reports that the driver has not yet taken.
 * The pool and the stores of its process do the work. Nothing is durable: an executor that ends is never continued.
 *
 * <p>It takes {@link ExecutorOrders} of the driver and {@link ExecutorSignal}s of its own process; it tells the driver
 * {@link ExecutorReports} and has {@link ExecutorOperation}s done.
 *
 * <pre>
 *   Start ──▶ registering ── Welcome ──▶ serving ── Drain ──▶ draining ──▶ drained
 *                  │                        │                    │
 *                  └──── Refuse ────────────┴─ Shutdown, Unfit ──┴──▶ ended
 * </pre>
 *
 * <p>Invariants: a task is started at most once, however often it is ordered; each task given has exactly one outcome
 * or is given back; reports carry rising numbers and are sent again until taken; orders of an older driver are refused.
 */
public final class Executor implements Actor<Message> {
    private static final String REGISTER = "register";
    private static final String BEAT = "beat";
    private static final String RESEND = "resend";
    private static final String DRAIN = "drain";
    private static final String DRIVER_GONE = "driver-gone";
    private static final int BEATS_UNTIL_LOST = 6;
    private static final int MOST_REMEMBERED = 10_000;
    private static final Duration AT_ONCE = Duration.ofMillis(100);

    private enum State {
        REGISTERING,
        SERVING,
        DRAINING,
        DRAINED,
        ENDED
    }

    private final ExecutorId id;
    private final LeaseId lease;
    private final String host;
    private final Resources resources;
    private final Address self;
    private final Address driver;
    private final ExecutorConfig config;

    private State state = State.REGISTERING;
    private boolean driverIsAway;
    private long driverHeardNanos;
    private Epoch epoch = new Epoch(0);
    private Duration heartbeatInterval = Duration.ofSeconds(10);

    /** Tasks without a reported outcome; those of them that were told to end are in the other set as well. */
    private final Set<TaskId> given = new LinkedHashSet<>();

    private final Set<TaskId> killed = new LinkedHashSet<>();

    /** Tasks that are reported or given back, and stages that were forgotten: an order said twice is done once. */
    private final Set<TaskId> over = Newest.set(MOST_REMEMBERED);

    private final Set<StageAttempt> forgotten = Newest.set(MOST_REMEMBERED);
    private final Set<StageAttempt> installed = new LinkedHashSet<>();

    /** What the driver has not taken yet, by number. */
    private final TreeMap<Long, List<ExecutorReport>> untaken = new TreeMap<>();

    private long lastSequence;

    /** The number of the last lasting order that was done. */
    private long ordersTaken;

    /** Of this turn. */
    private List<ExecutorReport> toReport = new ArrayList<>();

    private List<Effect> effects = new ArrayList<>();

    /**
     * @param self where orders reach this actor
     * @param driver the task scheduler
     */
    public Executor(
            ExecutorId id,
            LeaseId lease,
            String host,
            Resources resources,
            Address self,
            Address driver,
            ExecutorConfig config) {
        this.id = id;
        this.lease = lease;
        this.host = host;
        this.resources = resources;
        this.self = self;
        this.driver = driver;
        this.config = config;
    }

    @Override
    public List<Effect> on(Message message, long nowNanos) {
        if (state != State.ENDED) {
            switch (message) {
                case ExecutorOrders orders -> onOrders(orders, nowNanos);
                case ExecutorSignal signal -> onSignal(signal, nowNanos);
                default -> throw new IllegalArgumentException("not for an executor: " + message.trace());
            }
        }
        return takeEffects();
    }

    /** Everything that ended in this turn goes to the driver in one message. */
    @Override
    public List<Effect> endOfTurn(long nowNanos) {
        report();
        return takeEffects();
    }

    private void report() {
        if (!toReport.isEmpty()) {
            long sequence = ++lastSequence;
            if (untaken.isEmpty()) {
                effects.add(new Effect.Arm(RESEND, config.resendInterval(), new ExecutorSignal.SendAgain()));
            }
            untaken.put(sequence, toReport);
            send(sequence, toReport);
            toReport = new ArrayList<>();
        }
    }

    private void onOrders(ExecutorOrders orders, long now) {
        if (!orders.executor().equals(id) || orders.epoch().compareTo(epoch) < 0) {
            return; // meant for another life, or said by a driver that was replaced
        }
        epoch = orders.epoch();
        driverHeardNanos = now;
        onDriverHeard();
        for (ExecutorOrder order : orders.orders()) {
            onOrder(order);
            if (state == State.ENDED) {
                return;
            }
        }
    }

    private void onOrder(ExecutorOrder told) {
        switch (told) {
            case ExecutorOrder.Welcome(var interval) -> onWelcome(interval);
            case ExecutorOrder.Refuse(var reason) -> end("the driver refuses this executor: " + reason);
            case ExecutorOrder.InstallStage install -> {
                if (!forgotten.contains(install.stage()) && installed.add(install.stage())) {
                    perform(new ExecutorOperation.Install(install));
                }
            }
            case ExecutorOrder.RunTasks(var stage, var tasks) -> onRun(stage, tasks);
            case ExecutorOrder.KillTasks(var tasks, var interrupt, var reason) -> onKill(tasks, interrupt, reason);
            case ExecutorOrder.ReturnTasks(var stage, var most) -> perform(new ExecutorOperation.TakeBack(stage, most));
            case ExecutorOrder.ForgetStage(var stage) -> {
                forgotten.add(stage);
                if (installed.remove(stage)) {
                    perform(new ExecutorOperation.DropStage(stage));
                }
            }
            case ExecutorOrder.ForgetShuffle(var shuffle) -> perform(new ExecutorOperation.DropShuffle(shuffle));
            case ExecutorOrder.ForgetDataset(var dataset) -> perform(new ExecutorOperation.DropDataset(dataset));
            case ExecutorOrder.ForgetBroadcast(var broadcast) ->
                    perform(new ExecutorOperation.DropBroadcast(broadcast));
            case ExecutorOrder.ForgetBlock(var block) -> perform(new ExecutorOperation.DropBlock(block));
            case ExecutorOrder.CopyBlock(var block, var level, var from) ->
                    perform(new ExecutorOperation.Copy(block, level, from));
            case ExecutorOrder.Lasting(var number, var order) -> onLasting(number, order);
            case ExecutorOrder.ReportsTaken(var sequence) -> onTaken(sequence);
            case ExecutorOrder.Drain(var grace) -> onDrain(grace);
            case ExecutorOrder.Shutdown(var reason) -> end(reason);
        }
    }

    /** One that came before is not done again; one before which others were lost will come again with those. */
    private void onLasting(long number, ExecutorOrder order) {
        if (number == ordersTaken + 1) {
            ordersTaken = number;
            onOrder(order);
        }
    }

    private void onSignal(ExecutorSignal signal, long now) {
        switch (signal) {
            case ExecutorSignal.Start() -> {
                driverHeardNanos = now; // its silence counts from here
                register(now);
            }
            case ExecutorSignal.RegisterAgain() -> register(now);
            case ExecutorSignal.DriverLost(var reason) -> onDriverLost(reason);
            case ExecutorSignal.DriverGone(var reason) ->
                    end("its driver has been away for " + config.driverGrace() + ": " + reason);
            case ExecutorSignal.TaskDone(var task, var outcome, var metrics) -> onDone(task, outcome, metrics);
            case ExecutorSignal.TasksTakenBack(var tasks) -> onTakenBack(tasks);
            case ExecutorSignal.PoolState(var running, var queued) ->
                    send(0, List.of(new ExecutorReport.Heartbeat(running, queued)));
            case ExecutorSignal.Unfit(var reason) -> onUnfit(reason);
            case ExecutorSignal.BlocksChanged(var kept, var removed) ->
                    toReport.add(new ExecutorReport.BlocksChanged(kept, removed));
            case ExecutorSignal.CopyFailed(var block, var reason) ->
                    toReport.add(new ExecutorReport.CopyFailed(block, reason));
            case ExecutorSignal.Beat() -> onBeat(now);
            case ExecutorSignal.SendAgain() -> onSendAgain();
            case ExecutorSignal.Reap(var task) -> {
                if (given.contains(task)) {
                    perform(new ExecutorOperation.Abandon(task));
                }
            }
            case ExecutorSignal.DrainOver() ->
                    onKill(
                            List.copyOf(given),
                            true,
                            "the executor was drained and the task took longer than its grace");
        }
    }

    // ---- life ----

    private void register(long now) {
        if (state == State.REGISTERING) {
            lookWhetherDriverIsSilent(now);
        }
        if (state == State.REGISTERING || driverIsAway) {
            send(0, List.of(new ExecutorReport.Register(lease, host, resources)));
            effects.add(new Effect.Arm(REGISTER, config.registerInterval(), new ExecutorSignal.RegisterAgain()));
        }
    }

    private void onWelcome(Duration interval) {
        heartbeatInterval = interval;
        if (state == State.REGISTERING) {
            state = State.SERVING;
            effects.add(new Effect.Disarm(REGISTER));
            armBeat();
        }
    }

    /** It says who it is again and again, until it hears of the driver or its grace is over. */
    private void onDriverLost(String reason) {
        if (!driverIsAway) {
            driverIsAway = true;
            effects.add(new Effect.Arm(DRIVER_GONE, config.driverGrace(), new ExecutorSignal.DriverGone(reason)));
            effects.add(new Effect.Arm(REGISTER, AT_ONCE, new ExecutorSignal.RegisterAgain()));
        }
    }

    private void onDriverHeard() {
        if (driverIsAway) {
            driverIsAway = false;
            effects.add(new Effect.Disarm(DRIVER_GONE));
            if (state != State.REGISTERING) {
                effects.add(new Effect.Disarm(REGISTER));
            }
        }
    }

    /** The driver answers each heartbeat; where connections stay open but nothing passes, nobody else would notice. */
    private void onBeat(long now) {
        lookWhetherDriverIsSilent(now);
        perform(new ExecutorOperation.Look());
        armBeat();
    }

    private void lookWhetherDriverIsSilent(long now) {
        long silence = now - driverHeardNanos;
        if (silence >= BEATS_UNTIL_LOST * heartbeatInterval.toNanos()) {
            onDriverLost("no word from it for " + Duration.ofNanos(silence).toMillis() + " ms");
        }
    }

    private void armBeat() {
        effects.add(new Effect.Arm(BEAT, heartbeatInterval, new ExecutorSignal.Beat()));
    }

    private void onDrain(Duration grace) {
        if (state == State.SERVING || state == State.REGISTERING) {
            state = State.DRAINING;
            perform(new ExecutorOperation.TakeBackAll());
            effects.add(new Effect.Arm(DRAIN, grace, new ExecutorSignal.DrainOver()));
            lookWhetherDrained();
        }
    }

    private void lookWhetherDrained() {
        if (state == State.DRAINING && given.isEmpty()) {
            state = State.DRAINED;
            toReport.add(new ExecutorReport.Drained());
            effects.add(new Effect.Disarm(DRAIN));
        }
    }

    /** The report must leave before the end does. */
    private void onUnfit(String reason) {
        toReport.add(new ExecutorReport.Ending(reason));
        report();
        end(reason);
    }

    private void end(String reason) {
        state = State.ENDED;
        perform(new ExecutorOperation.Stop(reason));
        effects.add(new Effect.Disarm(REGISTER));
        effects.add(new Effect.Disarm(BEAT));
        effects.add(new Effect.Disarm(RESEND));
        effects.add(new Effect.Disarm(DRAIN));
        effects.add(new Effect.Disarm(DRIVER_GONE));
        given.forEach(task -> effects.add(new Effect.Disarm(reaper(task))));
    }

    // ---- tasks ----

    private void onRun(StageAttempt stage, List<TaskLaunch> tasks) {
        List<TaskLaunch> fresh = new ArrayList<>(tasks.size());
        for (TaskLaunch task : tasks) {
            if (!over.contains(task.id()) && given.add(task.id())) {
                fresh.add(task);
            }
        }
        if (state == State.DRAINING || state == State.DRAINED) {
            onTakenBack(fresh.stream().map(TaskLaunch::id).toList());
        } else if (!fresh.isEmpty() && !installed.contains(stage)) {
            List<TaskId> ids = fresh.stream().map(TaskLaunch::id).toList();
            ids.forEach(this::settle);
            toReport.add(new ExecutorReport.StageMissing(stage, ids));
        } else if (!fresh.isEmpty()) {
            perform(new ExecutorOperation.Enqueue(stage, fresh));
        }
    }

    private void onKill(List<TaskId> tasks, boolean interrupt, String reason) {
        List<TaskId> known = new ArrayList<>();
        for (TaskId task : tasks) {
            if (given.contains(task) && (killed.add(task) || interrupt)) {
                known.add(task);
                effects.add(new Effect.Arm(reaper(task), config.killTimeout(), new ExecutorSignal.Reap(task)));
            }
        }
        if (!known.isEmpty()) {
            perform(new ExecutorOperation.Kill(known, interrupt, reason));
        }
    }

    private void onDone(TaskId task, TaskOutcome outcome, TaskMetrics metrics) {
        if (!settle(task)) { // it was abandoned, and ended after all
            if (outcome instanceof TaskOutcome.StoredResult(var block, _, _)) {
                perform(new ExecutorOperation.DropBlock(block)); // the driver will never hear of it
            }
            return;
        }
        toReport.add(new ExecutorReport.TaskEnded(task, outcome, metrics));
        lookWhetherDrained();
    }

    private void onTakenBack(List<TaskId> tasks) {
        List<TaskId> back = new ArrayList<>();
        for (TaskId task : tasks) {
            if (settle(task)) {
                back.add(task);
            }
        }
        if (!back.isEmpty()) {
            toReport.add(new ExecutorReport.TasksReturned(back));
        }
        lookWhetherDrained();
    }

    /** What becomes of the task is about to be reported; false if it was already. */
    private boolean settle(TaskId task) {
        if (!given.remove(task)) {
            return false;
        }
        over.add(task);
        if (killed.remove(task)) {
            effects.add(new Effect.Disarm(reaper(task)));
        }
        return true;
    }

    private static String reaper(TaskId task) {
        return "reap-" + task.number();
    }

    // ---- reports ----

    private void onTaken(long sequence) {
        untaken.headMap(sequence, true).clear();
        if (untaken.isEmpty()) {
            effects.add(new Effect.Disarm(RESEND));
        }
    }

    private void onSendAgain() {
        untaken.forEach(this::send);
        if (!untaken.isEmpty()) {
            effects.add(new Effect.Arm(RESEND, config.resendInterval(), new ExecutorSignal.SendAgain()));
        }
    }

    private void send(long sequence, List<ExecutorReport> reports) {
        effects.add(new Effect.Send(driver, new ExecutorReports(epoch, id, self, sequence, ordersTaken, reports)));
    }

    private void perform(ExecutorOperation operation) {
        effects.add(new Effect.Perform(operation));
    }

    private List<Effect> takeEffects() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }

    /** A picture of its state. */
    public View view() {
        return new View(id, state == State.ENDED, List.copyOf(given), untaken.size());
    }

    /**
     * @param given tasks without a reported outcome
     * @param untakenReports messages that the driver has not taken
     */
    public record View(ExecutorId executor, boolean ended, List<TaskId> given, int untakenReports) {}
}
