package dev.capstan.driver.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.protocol.BarrierAnswer;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.task.StageCode;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.TimerQueue;
import dev.capstan.kernel.resource.Resources;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/**
 * A task scheduler with virtual time, fake executors that get its orders, and a record of what it told the others.
 * After each turn its invariants are checked.
 */
final class TaskSchedulerFixture {
    static final Address SELF = new Address("driver", "scheduler");
    static final Address DAG = new Address("driver", "dag");
    static final Address BACKEND = new Address("driver", "backend");
    static final Epoch EPOCH = new Epoch(1);

    final LeaseTaskScheduler scheduler;
    final SequencedMap<Address, FakeExecutor> executors = new LinkedHashMap<>();
    final List<SchedulingEvent> dag = new ArrayList<>();
    final List<BackendCommand> backend = new ArrayList<>();

    /** What tasks that came to a barrier were told, by their tickets. */
    final Map<Long, BarrierAnswer> answers = new LinkedHashMap<>();

    private final TimerQueue timers = new TimerQueue();
    private long now = -5_000_000_000L; // monotonic time may be negative

    TaskSchedulerFixture() {
        this(SchedulingConfig.defaults());
    }

    TaskSchedulerFixture(SchedulingConfig config) {
        scheduler = new LeaseTaskScheduler(DAG, BACKEND, EPOCH, config);
    }

    long now() {
        return now;
    }

    /** One turn with these messages. */
    TaskSchedulerFixture tell(Message... messages) {
        return tell(List.of(messages));
    }

    /** The same with a list. */
    TaskSchedulerFixture tell(List<? extends Message> messages) {
        for (Message message : messages) {
            carryOut(scheduler.on(message, now));
        }
        carryOut(scheduler.endOfTurn(now));
        checkInvariants();
        return this;
    }

    /** An executor with a lease that has registered. */
    FakeExecutor executor(String name, String host, int cpus) {
        return executor(name, host, Resources.cpus(cpus));
    }

    FakeExecutor executor(String name, String host, Resources resources) {
        FakeExecutor executor = leased(name, host, resources);
        tell(executor.register());
        assertThat(executor.welcome).isTrue();
        return executor;
    }

    /** An executor with a lease that has not registered. */
    FakeExecutor leased(String name, String host, Resources resources) {
        FakeExecutor executor = unknown(name, host, resources);
        tell(new BackendEvent.Granted(lease(executor, resources)));
        return executor;
    }

    /** An executor that the scheduler has not heard of. */
    FakeExecutor unknown(String name, String host, Resources resources) {
        var executor = new FakeExecutor(name, host, resources);
        executors.put(executor.address, executor);
        return executor;
    }

    static Lease lease(FakeExecutor executor, Resources resources) {
        return new Lease(executor.lease, executor.id, executor.host, resources);
    }

    TaskSchedulerFixture lose(FakeExecutor executor, LossReason reason) {
        return tell(new BackendEvent.Ended(executor.lease, reason, ""));
    }

    TaskSchedulerFixture report(FakeExecutor executor, ExecutorReport... reports) {
        return tell(executor.reports(reports));
    }

    /** All tasks of the executor succeed in one message. */
    TaskSchedulerFixture succeedAll(FakeExecutor executor) {
        return tell(executor.reports(executor.taskIds().stream().map(executor::succeeds).toList()));
    }

    /** Time goes on; timers fire, each in a turn of its own. */
    TaskSchedulerFixture advance(Duration by) {
        long until = now + by.toNanos();
        while (timers.nextDeadlineNanos() <= until) {
            now = Math.max(now, timers.nextDeadlineNanos());
            for (TimerQueue.Due due = timers.poll(now); due != null; due = timers.poll(now)) {
                carryOut(scheduler.on(due.message(), now));
            }
            carryOut(scheduler.endOfTurn(now));
            checkInvariants();
        }
        now = until;
        return this;
    }

    /** Time goes on while the driver's process does not: what was due comes late, and after it what was sent. */
    TaskSchedulerFixture freeze(Duration by) {
        now += by.toNanos();
        return advance(Duration.ZERO);
    }

    /** The same while executors send heartbeats. */
    TaskSchedulerFixture advanceAlive(Duration by) {
        Duration step = SchedulingConfig.defaults().heartbeatInterval();
        for (Duration left = by; left.isPositive(); left = left.minus(step)) {
            advance(left.compareTo(step) < 0 ? left : step);
            for (FakeExecutor executor : executors.values()) {
                if (executor.welcome && !executor.shutDown) {
                    tell(executor.unnumbered(executor.heartbeat(by.minus(left))));
                }
            }
        }
        return this;
    }

    /** Tasks that ended, as the DAG scheduler heard it. */
    List<SchedulingEvent.EndedTask> ended() {
        return heard(SchedulingEvent.TasksEnded.class).stream().flatMap(event -> event.tasks().stream()).toList();
    }

    <E extends SchedulingEvent> List<E> heard(Class<E> type) {
        return dag.stream().filter(type::isInstance).map(type::cast).toList();
    }

    <C extends BackendCommand> List<C> commanded(Class<C> type) {
        return backend.stream().filter(type::isInstance).map(type::cast).toList();
    }

    SchedulingView.TaskSetLine set(StageAttempt stage) {
        return scheduler.view().taskSets().stream()
                .filter(line -> line.stage().equals(stage))
                .findFirst()
                .orElseThrow(() -> new AssertionError(stage + " is not in the view"));
    }

    SchedulingView.ExecutorLine line(FakeExecutor executor) {
        return scheduler.view().executors().stream()
                .filter(line -> line.executor().equals(executor.id))
                .findFirst()
                .orElseThrow(() -> new AssertionError(executor.id + " is not in the view"));
    }

    static StageAttempt stage(int number) {
        return new StageAttempt(new StageId(number), 0);
    }

    /** Tasks of one cpu without preferences. */
    static TaskSet tasks(int stage, int partitions) {
        return tasks(stage, partitions, UnaryOperator.identity());
    }

    static TaskSet tasks(int stage, int partitions, UnaryOperator<SetBuilder> with) {
        return with.apply(new SetBuilder(stage, partitions)).build();
    }

    static SchedulingRequest.SubmitTasks submit(TaskSet tasks) {
        return new SchedulingRequest.SubmitTasks(tasks);
    }

    /** A task set with good defaults. */
    static final class SetBuilder {
        private final int stage;
        private final int partitions;
        private int job;
        private String pool = "default";
        private TaskSet.Tasks tasks = TaskSet.Tasks.PLAIN;
        private Resources perTask = Resources.cpus(1);
        private boolean barrier;

        SetBuilder(int stage, int partitions) {
            this.stage = stage;
            this.partitions = partitions;
        }

        SetBuilder job(int job) {
            this.job = job;
            return this;
        }

        SetBuilder pool(String pool) {
            this.pool = pool;
            return this;
        }

        SetBuilder perTask(Resources perTask) {
            this.perTask = perTask;
            return this;
        }

        SetBuilder barrier() {
            this.barrier = true;
            return this;
        }

        SetBuilder preferring(Map<Integer, List<Preference>> preferences) {
            this.tasks =
                    new TaskSet.Tasks() {
                        @Override
                        public List<Preference> preferences(int partition) {
                            return preferences.getOrDefault(partition, List.of());
                        }
                    };
            return this;
        }

        SetBuilder allPreferring(Preference... preferences) {
            this.tasks =
                    new TaskSet.Tasks() {
                        @Override
                        public List<Preference> preferences(int partition) {
                            return List.of(preferences);
                        }
                    };
            return this;
        }

        TaskSet build() {
            return new TaskSet(
                    stage(stage),
                    new JobId(job),
                    "count",
                    pool,
                    new StageCode(new byte[0], true),
                    List.of(),
                    IntStream.range(0, partitions).toArray(),
                    tasks,
                    perTask,
                    barrier);
        }
    }

    private void carryOut(List<Effect> effects) {
        for (Effect effect : effects) {
            switch (effect) {
                case Effect.Arm(var timer, var after, var message) ->
                        timers.arm(SELF, timer, now + after.toNanos(), message);
                case Effect.Disarm(var timer) -> timers.disarm(SELF, timer);
                case Effect.Send(_, SchedulingEvent event) -> dag.add(event);
                case Effect.Send(_, BackendCommand command) -> backend.add(command);
                case Effect.Send(_, BarrierMessage.Answered answered) ->
                        answers.put(answered.ticket(), answered.answer());
                case Effect.Send(var to, ExecutorOrders orders) -> {
                    FakeExecutor executor = executors.get(to);
                    assertThat(executor).as("an executor at %s for %s", to, orders).isNotNull();
                    assertThat(orders.epoch()).isEqualTo(EPOCH);
                    executor.take(orders);
                }
                default -> throw new AssertionError("unexpected effect " + effect);
            }
        }
    }

    private void checkInvariants() {
        SchedulingView view = scheduler.view();
        int atExecutors = 0;
        for (SchedulingView.ExecutorLine line : view.executors()) {
            assertThat(line.leased().covers(line.held())).as("held within lease: %s", line).isTrue();
            assertThat(line.queued()).as("queued: %s", line).isBetween(0, line.tasks());
            atExecutors += line.tasks();
        }
        int inSets = 0;
        for (SchedulingView.TaskSetLine line : view.taskSets()) {
            assertThat(line.waiting() + line.finished()).as("%s", line).isBetween(0, line.total());
            inSets += line.running() + line.queued();
        }
        assertThat(inSets).as("attempts of open sets among those at executors").isLessThanOrEqualTo(atExecutors);
    }
}
