package dev.capstan.driver.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.backend.WhyNot;
import dev.capstan.driver.scheduling.SchedulingConfig.OrderMode;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.TimerQueue;
import dev.capstan.kernel.resource.Resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * The scheduler under chance: sets come and are cancelled, executors come, shrink and go, tasks end in every way,
 * messages are lost, repeated and overtake each other. After each turn invariants are checked; in the end all faults
 * cease, and everything must come to its end.
 */
final class RandomRun {
    private static final Epoch EPOCH = new Epoch(3);
    private static final int MOST_EXECUTORS = 6;
    private static final int MOST_SETS = 6;

    private final SplittableRandom random;
    private final LeaseTaskScheduler scheduler;
    private final TimerQueue timers = new TimerQueue();
    private final SequencedMap<Address, Simulated> executors = new LinkedHashMap<>();
    private final SequencedMap<StageAttempt, Told> sets = new LinkedHashMap<>();
    private final List<Message> said = new ArrayList<>();
    private final boolean losesOrders;
    private boolean faults = true;
    private int nextStage;
    private int nextExecutor;
    private long now;
    private long events;

    /** What the DAG scheduler has been told of a set. */
    private static final class Told {
        final int size;
        final BitSet succeeded = new BitSet();
        final BitSet dropped = new BitSet();
        boolean over;

        Told(int size) {
            this.size = size;
        }

        boolean settled() {
            BitSet all = (BitSet) succeeded.clone();
            all.or(dropped);
            return over || all.cardinality() == size;
        }
    }

    /** An executor that runs what it is ordered first come, first served, within its cores. */
    private static final class Simulated {
        final ExecutorId id;
        final LeaseId lease;
        final String host;
        final Address address;
        final Set<StageAttempt> installed = new LinkedHashSet<>();
        final Map<StageAttempt, Resources> perTask = new LinkedHashMap<>();
        final SequencedMap<TaskId, StageAttempt> running = new LinkedHashMap<>();
        final SequencedMap<TaskId, StageAttempt> queued = new LinkedHashMap<>();
        final SequencedMap<TaskId, TaskLaunch> launches = new LinkedHashMap<>();
        final Set<TaskId> done = new LinkedHashSet<>();
        final Set<TaskId> killed = new LinkedHashSet<>();
        final TreeMap<Long, List<ExecutorReport>> untaken = new TreeMap<>();
        final List<ExecutorReports> onTheWay = new ArrayList<>();
        Resources resources;
        Resources free;
        boolean welcome;
        boolean draining;
        boolean ended;
        long sequence;
        long ordersTaken;

        Simulated(int number, int cpus) {
            id = new ExecutorId("executor-" + number);
            lease = new LeaseId("lease-" + number);
            host = "host-" + number % 3;
            address = new Address(id.name(), "executor");
            resources = Resources.cpus(cpus);
            free = resources;
        }

        void start() {
            while (!queued.isEmpty() && free.covers(perTask.get(queued.firstEntry().getValue()))) {
                var first = queued.pollFirstEntry();
                free = free.minus(perTask.get(first.getValue()));
                running.put(first.getKey(), first.getValue());
            }
        }

        void report(ExecutorReport... reports) {
            untaken.put(++sequence, List.of(reports));
            onTheWay.add(new ExecutorReports(EPOCH, id, address, sequence, ordersTaken, List.of(reports)));
        }

        void unnumbered(ExecutorReport report) {
            onTheWay.add(new ExecutorReports(EPOCH, id, address, 0, ordersTaken, List.of(report)));
        }
    }

    RandomRun(long seed) {
        random = new SplittableRandom(seed);
        losesOrders = random.nextInt(4) == 0;
        SchedulingConfig defaults = SchedulingConfig.defaults();
        scheduler =
                new LeaseTaskScheduler(
                        new Address("driver", "dag"),
                        new Address("driver", "backend"),
                        EPOCH,
                        new SchedulingConfig(
                                random.nextBoolean() ? OrderMode.FIFO : OrderMode.FAIR,
                                PoolFile.parse("pool a weight=2 order=fair\npool b minShare=2"),
                                1 + random.nextInt(4),
                                Duration.ofMillis(random.nextInt(3000)),
                                defaults.heartbeatInterval(),
                                defaults.heartbeatTimeout(),
                                defaults.registrationTimeout(),
                                defaults.starvationAfter(),
                                defaults.unplaceableAfter(),
                                defaults.demandInterval(),
                                random.nextBoolean()
                                        ? SchedulingConfig.QueueAhead.defaults()
                                        : SchedulingConfig.QueueAhead.off(),
                                random.nextBoolean()
                                        ? SchedulingConfig.Exclusion.defaults()
                                        : SchedulingConfig.Exclusion.off(),
                                new SchedulingConfig.Speculation(
                                        random.nextBoolean(), Duration.ofMillis(100), 0.5, 1.5, Duration.ofMillis(1))));
        now = random.nextLong();
    }

    long events() {
        return events;
    }

    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
        }
        heal();
    }

    private void step() {
        switch (random.nextInt(20)) {
            case 0, 1 -> submit();
            case 2 -> addExecutor(1 + random.nextInt(4));
            case 3 -> sometimes(4, this::loseExecutor);
            case 4 -> sometimes(3, this::changeLease);
            case 5 -> sometimes(3, () -> cancelOrHold());
            case 6 -> heartbeat();
            case 7 -> advance(random.nextInt(8) == 0 ? 5_000 : 200);
            case 8 -> repeatSomething();
            case 9 -> resend();
            case 10 -> sometimes(6, this::drainExecutor);
            case 11, 12, 13, 14 -> endTasks();
            default -> deliver();
        }
    }

    private void sometimes(int oneIn, Runnable action) {
        if (random.nextInt(oneIn) == 0) {
            action.run();
        }
    }

    private void submit() {
        if (openSets().size() >= MOST_SETS) {
            return;
        }
        int size = 1 + random.nextInt(random.nextInt(5) == 0 ? 60 : 6);
        boolean barrier = random.nextInt(8) == 0 && size <= 4;
        long milli = barrier ? 1000 : random.nextInt(4) == 0 ? 2000 : random.nextInt(4) == 0 ? 500 : 1000;
        var preferences = new LinkedHashMap<Integer, List<Preference>>();
        if (random.nextInt(3) == 0) {
            for (int partition = 0; partition < size; partition++) {
                if (random.nextInt(3) > 0) {
                    String host = "host-" + random.nextInt(4);
                    preferences.put(
                            partition,
                            random.nextBoolean()
                                    ? List.of(new Preference.OnHost(host), new Preference.OnHost("host-0"))
                                    : List.of(
                                            new Preference.OnExecutor(
                                                    new ExecutorId("executor-" + random.nextInt(nextExecutor + 1)),
                                                    host)));
                }
            }
        }
        var stage = new StageAttempt(new StageId(nextStage++), random.nextInt(2));
        sets.put(stage, new Told(size));
        tell(
                new SchedulingRequest.SubmitTasks(
                        new TaskSet(
                                stage,
                                new JobId(random.nextInt(10)),
                                "set",
                                List.of("a", "b", "c").get(random.nextInt(3)),
                                new StageCode(new byte[0], true),
                                List.of(),
                                IntStream.range(0, size).toArray(),
                                new TaskSet.Tasks() {
                                    @Override
                                    public List<Preference> preferences(int partition) {
                                        return preferences.getOrDefault(partition, List.of());
                                    }
                                },
                                new Resources(milli, 0, Map.of()),
                                barrier)));
    }

    private Simulated addExecutor(int cpus) {
        if (faults && executors.size() >= MOST_EXECUTORS) {
            return executors.firstEntry().getValue();
        }
        var executor = new Simulated(nextExecutor++, cpus);
        executors.put(executor.address, executor);
        var granted = new BackendEvent.Granted(lease(executor));
        executor.unnumbered(new ExecutorReport.Register(executor.lease, executor.host, executor.resources));
        if (random.nextBoolean()) {
            tell(granted);
        } else {
            deliver();
            tell(granted);
        }
        return executor;
    }

    private static Lease lease(Simulated executor) {
        return new Lease(executor.lease, executor.id, executor.host, executor.resources);
    }

    private void loseExecutor() {
        Simulated executor = anyExecutor();
        if (executor != null) {
            tell(
                    new BackendEvent.Ended(
                            executor.lease, random.nextBoolean() ? LossReason.CRASHED : LossReason.PREEMPTED, ""));
            executor.onTheWay.forEach(this::tell); // late words
            executor.ended = true;
            executors.remove(executor.address);
        }
    }

    private void changeLease() {
        Simulated executor = anyExecutor();
        if (executor != null && executor.running.isEmpty() && executor.queued.isEmpty()) {
            SchedulingView.ExecutorLine line = line(executor);
            if (line != null && line.tasks() == 0) {
                executor.resources = Resources.cpus(1 + random.nextInt(4));
                executor.free = executor.resources;
                tell(new BackendEvent.Changed(lease(executor)));
            }
        }
    }

    private void drainExecutor() {
        Simulated executor = anyExecutor();
        if (executor != null) {
            tell(new BackendEvent.Ending(executor.lease, Duration.ofSeconds(5), "maintenance"));
        }
    }

    private void cancelOrHold() {
        List<StageAttempt> open = openSets();
        if (open.isEmpty()) {
            return;
        }
        carryOut(scheduler.endOfTurn(now)); // what happened before was on its way before
        StageAttempt stage = open.get(random.nextInt(open.size()));
        Told told = sets.get(stage);
        if (told.over) {
            return;
        }
        switch (random.nextInt(3)) {
            case 0 -> {
                told.over = true;
                tell(new SchedulingRequest.CancelTasks(stage, random.nextBoolean(), "chance"));
            }
            case 1 -> tell(new SchedulingRequest.HoldTasks(stage));
            default -> {
                int partition = random.nextInt(told.size);
                told.dropped.set(partition);
                tell(new SchedulingRequest.PartitionFinished(stage, partition));
            }
        }
    }

    private void heartbeat() {
        Simulated executor = anyExecutor();
        if (executor != null && executor.welcome) {
            executor.unnumbered(
                    new ExecutorReport.Heartbeat(
                            executor.running.keySet().stream()
                                    .map(task -> new ExecutorReport.TaskProgress(task, random.nextLong(20_000_000), 0))
                                    .toList(),
                            List.copyOf(executor.queued.keySet())));
        }
    }

    private void endTasks() {
        Simulated executor = anyExecutor();
        if (executor == null || executor.running.isEmpty()) {
            return;
        }
        var reports = new ArrayList<ExecutorReport>();
        for (TaskId task : List.copyOf(executor.running.keySet())) {
            if (!faults || random.nextInt(2) == 0) {
                TaskOutcome outcome =
                        executor.killed.contains(task) && random.nextInt(4) > 0
                                ? new TaskOutcome.Killed("ordered")
                                : faults ? chance() : new TaskOutcome.MapOutput(1);
                reports.add(end(executor, task, outcome));
            }
        }
        for (TaskId task : List.copyOf(executor.queued.keySet())) {
            if (executor.killed.contains(task)) {
                reports.add(end(executor, task, new TaskOutcome.Killed("before it began")));
            }
        }
        if (!reports.isEmpty()) {
            executor.report(reports.toArray(ExecutorReport[]::new));
        }
        executor.start();
    }

    private TaskOutcome chance() {
        return switch (random.nextInt(12)) {
            case 0 -> new TaskOutcome.Failed(new Failure("Boom", "chance", "at Boom"));
            case 1 -> new TaskOutcome.Killed("nobody asked");
            case 2 ->
                    random.nextInt(3) == 0
                            ? new TaskOutcome.FetchFailed(new ShuffleId(1), 0, null, "chance")
                            : new TaskOutcome.MapOutput(2);
            default -> new TaskOutcome.MapOutput(1);
        };
    }

    private ExecutorReport end(Simulated executor, TaskId task, TaskOutcome outcome) {
        StageAttempt ran = executor.running.remove(task);
        if (ran != null) {
            executor.free = executor.free.plus(executor.perTask.get(ran));
        }
        executor.queued.remove(task);
        executor.done.add(task);
        executor.killed.remove(task);
        long nanos = random.nextInt(3) == 0 ? 50_000_000 : 10_000 + random.nextInt(100_000);
        return new ExecutorReport.TaskEnded(task, outcome, TaskMetrics.NONE.ranFor(nanos));
    }

    private void deliver() {
        Simulated executor = anyExecutor();
        if (executor == null || executor.onTheWay.isEmpty()) {
            return;
        }
        int which = faults && random.nextInt(3) == 0 ? random.nextInt(executor.onTheWay.size()) : 0;
        ExecutorReports reports = executor.onTheWay.remove(which);
        if (faults && random.nextInt(10) == 0) {
            return; // lost
        }
        said.add(reports);
        tell(reports);
    }

    private void resend() {
        Simulated executor = anyExecutor();
        if (executor != null) {
            executor.untaken.forEach((sequence, reports) ->
                    executor.onTheWay.add(
                            new ExecutorReports(
                                    EPOCH, executor.id, executor.address, sequence, executor.ordersTaken, reports)));
            if (!executor.welcome) {
                executor.unnumbered(new ExecutorReport.Register(executor.lease, executor.host, executor.resources));
            }
        }
    }

    private void repeatSomething() {
        if (!said.isEmpty()) {
            tell(said.get(random.nextInt(said.size())));
        }
    }

    /** No faults any more: in a bounded time every set must be settled, and nothing be left over. */
    private void heal() {
        faults = false;
        addExecutor(8);
        addExecutor(8);
        for (int round = 0; round < 400; round++) {
            for (Simulated executor : List.copyOf(executors.values())) {
                if (round % 20 == 19 && executor.welcome) {
                    executor.unnumbered(
                            new ExecutorReport.Heartbeat(
                                    executor.running.keySet().stream()
                                            .map(task -> new ExecutorReport.TaskProgress(task, 1, 0))
                                            .toList(),
                                    List.copyOf(executor.queued.keySet())));
                }
            }
            for (int i = 0; i < executors.size() * 3; i++) {
                endTasks();
                resend();
                deliver();
                deliver();
            }
            advance(1000);
            if (sets.values().stream().allMatch(Told::settled)
                    && scheduler.view().taskSets().isEmpty()
                    && scheduler.view().executors().stream().allMatch(line -> line.tasks() == 0)) {
                for (SchedulingView.ExecutorLine line : scheduler.view().executors()) {
                    assertThat(line.held().milliCpus()).isZero();
                }
                return;
            }
        }
        throw new AssertionError(
                "not settled: "
                        + sets.entrySet().stream()
                                .filter(set -> !set.getValue().settled())
                                .map(set ->
                                        set.getKey()
                                                + " succeeded "
                                                + set.getValue().succeeded
                                                + " of "
                                                + set.getValue().size
                                                + ", dropped "
                                                + set.getValue().dropped)
                                .toList()
                        + " "
                        + scheduler.view());
    }

    private void advance(int mostMillis) {
        long until = now + random.nextInt(1, mostMillis + 1) * 1_000_000L;
        while (timers.nextDeadlineNanos() <= until - epoch) {
            now = Math.max(now, epoch + timers.nextDeadlineNanos());
            TimerQueue.Due due = timers.poll(now - epoch);
            assertThat(due).isNotNull();
            tell(due.message());
        }
        now = until;
    }

    /** Deadlines in the queue count from here, because it compares them as plain numbers. */
    private long epoch;

    private boolean begun;

    private void tell(Message message) {
        if (!begun) {
            begun = true;
            epoch = now;
        }
        events++;
        carryOut(scheduler.on(message, now));
        if (!faults || random.nextInt(4) > 0) {
            carryOut(scheduler.endOfTurn(now));
            check();
        }
    }

    private void carryOut(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Arm(var timer, var after, var message) ->
                        timers.arm(TaskSchedulerFixture.SELF, timer, now - epoch + after.toNanos(), message);
                case Effect.Disarm(var timer) -> timers.disarm(TaskSchedulerFixture.SELF, timer);
                case Effect.Send(_, SchedulingEvent event) -> onEvent(event);
                case Effect.Send(_, BackendCommand command) -> onCommand(command);
                case Effect.Send(var to, ExecutorOrders orders) -> onOrders(to, orders);
                default -> throw new AssertionError("unexpected " + effect);
            }
        }
    }

    private final List<Message> answers = new ArrayList<>();

    private void onCommand(BackendCommand command) {
        switch (command) {
            case BackendCommand.Explain() -> answers.add(new BackendEvent.Explained(new WhyNot("a", "b", List.of())));
            case BackendCommand.Release(var lease) ->
                    answers.add(new BackendEvent.Ended(lease, LossReason.RELEASED, "given back"));
            default -> {}
        }
    }

    private void onEvent(SchedulingEvent event) {
        switch (event) {
            case SchedulingEvent.TasksEnded(var tasks) -> {
                for (SchedulingEvent.EndedTask task : tasks) {
                    Told told = sets.get(task.stage());
                    assertThat(told.over).as("told of a set that is over: %s", task).isFalse();
                    if (task.outcome() instanceof TaskOutcome.Succeeded) {
                        assertThat(told.succeeded.get(task.partition())).as("twice: %s", task).isFalse();
                        told.succeeded.set(task.partition());
                    } else if (!task.willRetry()) {
                        told.dropped.set(task.partition());
                    }
                }
            }
            case SchedulingEvent.TasksHeld(var stage, var partitions) ->
                    partitions.forEach(partition -> sets.get(stage).dropped.set(partition));
            case SchedulingEvent.TaskSetAborted(var stage, var reason) -> {
                assertThat(reason).isNotBlank();
                assertThat(sets.get(stage).over).as("aborted twice, or after its end: %s", stage).isFalse();
                sets.get(stage).over = true;
            }
            case SchedulingEvent.NothingRuns(var why) -> assertThat(why).isNotBlank();
            default -> {}
        }
    }

    private void onOrders(Address to, ExecutorOrders orders) {
        Simulated executor = executors.get(to);
        if (executor == null || executor.ended || (faults && losesOrders && random.nextInt(12) == 0)) {
            return;
        }
        for (ExecutorOrder order : orders.orders()) {
            onOrder(executor, order);
        }
    }

    private void onOrder(Simulated executor, ExecutorOrder order) {
        switch (order) {
            case ExecutorOrder.Welcome _ -> executor.welcome = true;
            case ExecutorOrder.InstallStage install -> {
                executor.installed.add(install.stage());
                executor.perTask.put(install.stage(), install.perTask());
            }
            case ExecutorOrder.RunTasks(var stage, var tasks) -> {
                if (!executor.installed.contains(stage)) {
                    assertThat(losesOrders).as("%s has no code of %s", executor.id, stage).isTrue();
                    return;
                }
                for (TaskLaunch task : tasks) {
                    if (!executor.done.contains(task.id()) && executor.launches.putIfAbsent(task.id(), task) == null) {
                        assertThat(executor.resources.covers(executor.perTask.get(stage))).isTrue();
                        if (executor.draining) {
                            executor.done.add(task.id());
                            executor.report(new ExecutorReport.TasksReturned(List.of(task.id())));
                        } else {
                            executor.queued.put(task.id(), stage);
                        }
                    }
                }
                executor.start();
            }
            case ExecutorOrder.KillTasks(var tasks, _, _) -> executor.killed.addAll(tasks);
            case ExecutorOrder.ReturnTasks(var stage, var most) -> giveBack(executor, stage, most);
            case ExecutorOrder.Lasting(var number, var lasting) -> {
                if (number == executor.ordersTaken + 1) {
                    executor.ordersTaken = number;
                    onOrder(executor, lasting);
                }
            }
            case ExecutorOrder.ForgetStage(var stage) -> executor.installed.remove(stage);
            case ExecutorOrder.ReportsTaken(var sequence) -> executor.untaken.headMap(sequence, true).clear();
            case ExecutorOrder.Drain _ -> {
                executor.draining = true;
                for (StageAttempt stage : new LinkedHashSet<>(executor.queued.values())) {
                    giveBack(executor, stage, Integer.MAX_VALUE);
                }
            }
            case ExecutorOrder.Shutdown _, ExecutorOrder.Refuse _ -> executor.ended = true;
            default -> {}
        }
    }

    private void giveBack(Simulated executor, StageAttempt stage, int most) {
        var back = new ArrayList<TaskId>();
        for (TaskId task : List.copyOf(executor.queued.sequencedKeySet().reversed())) {
            if (back.size() < most && executor.queued.get(task).equals(stage)) {
                executor.queued.remove(task);
                executor.done.add(task);
                back.add(task);
            }
        }
        if (!back.isEmpty()) {
            executor.report(new ExecutorReport.TasksReturned(back));
        }
    }

    private void check() {
        while (!answers.isEmpty()) {
            tell(answers.removeFirst());
        }
        SchedulingView view = scheduler.view();
        int atExecutors = 0;
        for (SchedulingView.ExecutorLine line : view.executors()) {
            if (!line.leased().covers(line.held())) {
                throw new AssertionError("held above lease: " + line);
            }
            atExecutors += line.tasks();
        }
        int inSets = 0;
        for (SchedulingView.TaskSetLine line : view.taskSets()) {
            inSets += line.running() + line.queued();
            Told told = sets.get(line.stage());
            if (told.over) {
                throw new AssertionError("in the view, but over: " + line);
            }
            if (line.waiting() + line.finished() > line.total()) {
                throw new AssertionError("more waiting and finished than there are: " + line);
            }
        }
        if (inSets > atExecutors) {
            throw new AssertionError(inSets + " attempts in sets, " + atExecutors + " at executors: " + view);
        }
        scheduler.checkInvariants();
    }

    private SchedulingView.ExecutorLine line(Simulated executor) {
        return scheduler.view().executors().stream()
                .filter(line -> line.executor().equals(executor.id))
                .findFirst()
                .orElse(null);
    }

    private Simulated anyExecutor() {
        if (executors.isEmpty()) {
            return null;
        }
        int which = random.nextInt(executors.size());
        for (Simulated executor : executors.values()) {
            if (which-- == 0) {
                return executor;
            }
        }
        throw new AssertionError();
    }

    private List<StageAttempt> openSets() {
        return sets.entrySet().stream().filter(set -> !set.getValue().settled()).map(Map.Entry::getKey).toList();
    }
}
