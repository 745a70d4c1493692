package dev.capstan.executor;

import dev.capstan.engine.execution.FailureText;
import dev.capstan.engine.execution.TaskResult;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder.InstallStage;
import dev.capstan.engine.protocol.ExecutorReport.TaskProgress;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.executor.logic.ExecutorSignal;
import dev.capstan.executor.logic.ExecutorSignal.PoolState;
import dev.capstan.executor.logic.ExecutorSignal.TaskDone;
import dev.capstan.executor.logic.ExecutorSignal.TasksTakenBack;
import dev.capstan.executor.logic.RunQueue;
import dev.capstan.executor.logic.RunQueue.Queued;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * The threads that run tasks. A thread takes the next task itself when it has finished one, so that a core never waits
 * for a decision of the actor; what may start is decided by the {@link RunQueue}. There are never more threads than
 * tasks ran at once, and those left behind; one that has had nothing to do for a while ends.
 *
 * <p>The lock guards the run queue and the maps of tasks: the actor's loop adds and takes back, the task threads take
 * and finish, and no such step is longer than a few map operations.
 *
 * <p>Nothing that a task or its code does ends a thread or the actor: it becomes the outcome of that task.
 */
final class TaskPool implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TaskPool.class.getName());

    /** Threads of tasks that ignore their end; with more of them the executor had better be replaced. */
    static final int MOST_LEFT_BEHIND = 32;

    private static final long NO_MEMORY_PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private final String name;
    private final long threadStackBytes;
    private final long idleNanos;
    private final LongSupplier nanoClock;
    private final Function<InstallStage, StageRunner> installer;
    private final Map<StageAttempt, StageEntry> stages = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final RunQueue queue;
    private final Map<TaskId, StartedTask> running = new LinkedHashMap<>();
    private final Set<StartedTask> leftBehind = new LinkedHashSet<>();
    private int threads;
    private int threadsMade;
    private int idle;
    private boolean closed;

    private record StageEntry(InstallStage install, StageRunner runner) {}

    /**
     * @param name prefix of the threads' names
     * @param idle after which a thread without work ends
     * @param nanoClock by which it tells how long tasks waited and ran
     * @param installer makes the code of a stage ready
     */
    TaskPool(
            String name,
            Resources total,
            long threadStackBytes,
            Duration idle,
            LongSupplier nanoClock,
            Function<InstallStage, StageRunner> installer) {
        this.name = name;
        this.queue = new RunQueue(total);
        this.threadStackBytes = threadStackBytes;
        this.idleNanos = idle.toNanos();
        this.nanoClock = nanoClock;
        this.installer = installer;
    }

    void install(InstallStage install) {
        stages.computeIfAbsent(install.stage(), _ -> new StageEntry(install, runnerOf(install)));
    }

    /** A stage that cannot be made ready fails with each of its tasks, which have someone to hear of it. */
    private StageRunner runnerOf(InstallStage install) {
        try {
            return installer.apply(install);
        } catch (Throwable e) { // whatever it is, the actor that asks must go on
            var failed = new TaskResult(failed(e), TaskMetrics.NONE);
            return _ -> new FailedRun(failed);
        }
    }

    void dropStage(StageAttempt stage) {
        stages.remove(stage);
    }

    void enqueue(StageAttempt stage, List<TaskLaunch> launches, Consumer<Message> reply) {
        StageEntry entry = stages.get(stage);
        if (entry == null) {
            fail(launches, "dev.capstan.MissingStage", "the code of " + stage + " has not arrived", reply);
            return;
        }
        Resources takes = entry.install.perTask();
        if (!queue.total().covers(takes)) {
            String message = "a task of " + stage + " takes " + takes + ", but this executor has " + queue.total();
            fail(launches, "dev.capstan.TooLargeForExecutor", message, reply);
            return;
        }
        long now = nanoClock.getAsLong();
        lock.lock();
        try {
            for (TaskLaunch launch : launches) {
                queue.add(new Queued(stage, launch, takes, now));
            }
            wake(launches.size(), reply);
        } finally {
            lock.unlock();
        }
    }

    private static void fail(List<TaskLaunch> launches, String type, String message, Consumer<Message> reply) {
        var outcome = new TaskOutcome.Failed(new Failure(type, message, ""));
        launches.forEach(launch -> reply.accept(new TaskDone(launch.id(), outcome, TaskMetrics.NONE)));
    }

    /** Holding the lock: sees that up to {@code tasks} threads look for work. */
    private void wake(int tasks, Consumer<Message> reply) {
        if (queue.first() == null) {
            return;
        }
        int signals = Math.min(idle, tasks);
        for (int i = 0; i < signals; i++) {
            work.signal();
        }
        // whoever is about to look, a new thread for one, sees to it that another one does if there is more
        boolean someoneWillLook = threads - running.size() > idle;
        if (signals == 0 && !someoneWillLook && !closed) {
            startThread(reply);
        }
    }

    private void startThread(Consumer<Message> reply) {
        try {
            Thread thread =
                    Thread.ofPlatform()
                            .name(name + "-" + ++threadsMade)
                            .daemon(true)
                            .stackSize(threadStackBytes)
                            .unstarted(() -> runTasks(reply));
            thread.start();
            threads++;
        } catch (OutOfMemoryError e) { // what is queued waits for the threads there are, or for the next look
            log(System.Logger.Level.WARNING, name, "there can be no more threads", e);
        }
    }

    /** Does not throw where memory is short: something else would be lost. */
    private static void log(System.Logger.Level level, Object who, String what, Throwable why) {
        try {
            LOG.log(level, who + ": " + what, why);
        } catch (OutOfMemoryError e) {
            // what could not be done has its own ways to be noticed
        }
    }

    private void runTasks(Consumer<Message> reply) {
        StartedTask task = next(null, reply);
        while (task != null) {
            TaskDone done = run(task);
            if (!task.abandoned) {
                tell(done, reply);
            }
            task = next(task, reply);
        }
    }

    private TaskDone run(StartedTask started) {
        TaskLaunch launch = started.queued.launch();
        StageEntry entry = stages.get(started.queued.stage());
        try {
            if (entry == null) {
                return new TaskDone(launch.id(), new TaskOutcome.Killed("its stage is over"), TaskMetrics.NONE);
            }
            TaskRun run = entry.runner.prepare(launch);
            started.begin(run);
            TaskResult result = run.run();
            long queuedNanos = started.startedNanos - started.queued.arrivedNanos();
            return new TaskDone(launch.id(), result.outcome(), result.metrics().queuedFor(queuedNanos));
        } catch (Throwable e) { // whatever it is, this thread is needed for the next task
            return failed(started, e);
        } finally {
            started.end();
        }
    }

    /** Where the other tasks leave no memory for telling it, it is told with what was put aside for that. */
    private static TaskDone failed(StartedTask started, Throwable e) {
        try {
            return new TaskDone(started.id(), failed(e), TaskMetrics.NONE);
        } catch (OutOfMemoryError again) {
            return started.untellable;
        }
    }

    private static TaskOutcome failed(Throwable e) {
        return new TaskOutcome.Failed(FailureText.of(e));
    }

    private static void tell(TaskDone done, Consumer<Message> reply) {
        try {
            reply.accept(done);
        } catch (Throwable e) { // the thread and its core must not be lost with the outcome
            log(System.Logger.Level.ERROR, done.task(), "its outcome is lost; its driver will miss it", e);
        }
    }

    /**
     * Gives back what the last task took and waits for the next one; null when the thread is to end. Where the tasks of
     * other threads leave no memory for that, it tries again until they do: neither the thread, nor its core, nor a
     * task that was about to begin must be lost.
     */
    private @Nullable StartedTask next(@Nullable StartedTask last, Consumer<Message> reply) {
        while (true) {
            try {
                return tryNext(last, reply);
            } catch (OutOfMemoryError e) {
                log(System.Logger.Level.WARNING, name, "there is no memory to begin a task; it tries again", e);
                LockSupport.parkNanos(NO_MEMORY_PAUSE_NANOS);
            }
        }
    }

    /** What it has done when memory ran out it does again without harm. */
    private @Nullable StartedTask tryNext(@Nullable StartedTask last, Consumer<Message> reply) {
        lock.lock();
        try {
            if (last != null && last.abandoned) {
                leftBehind.remove(last);
                return null; // another thread has taken its place
            }
            if (last != null) {
                finish(last);
            }
            StartedTask next = awaitTask(reply);
            if (next == null) {
                threads--;
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void finish(StartedTask last) {
        queue.finish(last.id());
        running.remove(last.id());
    }

    private @Nullable StartedTask awaitTask(Consumer<Message> reply) {
        long left = idleNanos;
        while (!closed) {
            Queued first = queue.first();
            if (first != null) {
                var started = new StartedTask(first, nanoClock.getAsLong());
                running.put(started.id(), started);
                Queued unused = queue.start(); // last of what takes memory: until here the task is still queued
                wake(1, reply);
                return started;
            }
            if (left <= 0) {
                return null;
            }
            idle++;
            try {
                left = work.awaitNanos(left);
            } catch (InterruptedException e) {
                // No task runs here, so it was meant for none. User code may keep this thread and interrupt it late.
                LOG.log(System.Logger.Level.DEBUG, "{0}: an interrupt between two tasks", name);
            } finally {
                idle--;
            }
        }
        return null;
    }

    void kill(List<TaskId> tasks, boolean interrupt, String reason, Consumer<Message> reply) {
        Set<TaskId> named = new LinkedHashSet<>(tasks);
        List<Queued> waiting;
        List<StartedTask> started = new ArrayList<>();
        lock.lock();
        try {
            waiting = queue.takeBack(task -> named.contains(task.launch().id()), named.size());
            for (TaskId task : named) {
                StartedTask found = running.get(task);
                if (found != null) {
                    started.add(found);
                }
            }
        } finally {
            lock.unlock();
        }
        waiting.forEach(task ->
                reply.accept(new TaskDone(task.launch().id(), new TaskOutcome.Killed(reason), TaskMetrics.NONE)));
        started.forEach(task -> task.kill(reason, interrupt));
    }

    /** Gives up on a task that does not end: its thread is left to itself and its cores are free again. */
    void abandon(TaskId id, Consumer<Message> reply) {
        StartedTask found;
        int left;
        lock.lock();
        try {
            found = running.get(id);
            if (found == null) {
                return;
            }
            found.abandoned = true;
            leftBehind.add(found);
            left = leftBehind.size();
            threads--;
            finish(found);
            wake(1, reply);
        } finally {
            lock.unlock();
        }
        var stack = new StringBuilder();
        for (StackTraceElement frame : found.stack()) {
            stack.append("\n    at ").append(frame);
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "{0} was killed and does not end; its thread is left behind ({1} so far in {2}). It is here:{3}",
                id,
                left,
                name,
                stack);
        reply.accept(
                new TaskDone(
                        id,
                        new TaskOutcome.Killed("killed; it did not end, so its thread was abandoned"),
                        TaskMetrics.NONE));
        if (left >= MOST_LEFT_BEHIND) {
            reply.accept(
                    new ExecutorSignal.Unfit(
                            left + " killed tasks do not end, and keep their threads and memory; see the log"));
        }
    }

    void takeBack(StageAttempt stage, int most, Consumer<Message> reply) {
        takeBackIf(task -> task.stage().equals(stage), most, reply);
    }

    void takeBackAll(Consumer<Message> reply) {
        takeBackIf(_ -> true, Integer.MAX_VALUE, reply);
    }

    private void takeBackIf(Predicate<Queued> which, int most, Consumer<Message> reply) {
        List<TaskId> ids = new ArrayList<>();
        lock.lock();
        try {
            queue.takeBack(which, most).forEach(task -> ids.add(task.launch().id()));
        } finally {
            lock.unlock();
        }
        reply.accept(new TasksTakenBack(ids));
    }

    void look(Consumer<Message> reply) {
        long now = nanoClock.getAsLong();
        List<TaskProgress> progress = new ArrayList<>();
        List<StartedTask> started;
        List<TaskId> waiting;
        lock.lock();
        try {
            started = new ArrayList<>(running.values());
            waiting = queue.waiting();
            wake(1, reply);
        } finally {
            lock.unlock();
        }
        started.forEach(task -> progress.add(new TaskProgress(task.id(), now - task.startedNanos, task.recordsRead())));
        reply.accept(new PoolState(progress, waiting));
    }

    /** Threads that run tasks or wait for some; for tests. */
    int threads() {
        lock.lock();
        try {
            return threads;
        } finally {
            lock.unlock();
        }
    }

    /** Takes no task any more, interrupts those that run, and lets the threads end. */
    @Override
    public void close() {
        List<StartedTask> left;
        lock.lock();
        try {
            closed = true;
            queue.takeBack(_ -> true, Integer.MAX_VALUE);
            left = new ArrayList<>(running.values());
            left.addAll(leftBehind);
            work.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(task -> task.kill("the executor ends", true));
    }

    /** A task of a stage whose code could not be made ready. */
    private record FailedRun(TaskResult result) implements TaskRun {
        @Override
        public TaskResult run() {
            return result;
        }

        @Override
        public void kill(String reason) {}

        @Override
        public long recordsRead() {
            return 0;
        }
    }
}
