package dev.capstan.executor;

import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder.InstallStage;
import dev.capstan.engine.protocol.ExecutorReport.TaskProgress;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.executor.logic.ExecutorSignal.PoolState;
import dev.capstan.executor.logic.ExecutorSignal.TaskDone;
import dev.capstan.executor.logic.ExecutorSignal.TasksTakenBack;
import dev.capstan.executor.logic.RunQueue;
import dev.capstan.executor.logic.RunQueue.Queued;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * The threads that run tasks. A thread takes the next task itself when it has finished one, so that a core never waits
 * for a decision of the actor; what may start is decided by the {@link RunQueue}.
 *
 * <p>The lock guards the run queue and the map of running tasks: the actor's loop adds and takes back, the task threads
 * take and finish, and no such step is longer than a few map operations.
 */
final class TaskPool implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(TaskPool.class.getName());

    private final String name;
    private final long threadStackBytes;
    private final Function<InstallStage, StageRunner> installer;
    private final Map<StageAttempt, StageEntry> stages = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final RunQueue queue;
    private final Map<TaskId, Running> running = new LinkedHashMap<>();
    private int threads;
    private int idle;
    private boolean closed;

    private record StageEntry(InstallStage install, StageRunner runner) {}

    /** A task on a thread. */
    private static final class Running {
        final Queued task;
        final Cancellation cancellation = new Cancellation();
        final long startedNanos;
        boolean abandoned;

        Running(Queued task, long startedNanos) {
            this.task = task;
            this.startedNanos = startedNanos;
        }
    }

    /**
     * @param name prefix of the threads' names
     * @param installer makes the code of a stage ready
     */
    TaskPool(String name, Resources total, long threadStackBytes, Function<InstallStage, StageRunner> installer) {
        this.name = name;
        this.queue = new RunQueue(total);
        this.threadStackBytes = threadStackBytes;
        this.installer = installer;
    }

    void install(InstallStage install) {
        stages.computeIfAbsent(install.stage(), _ -> new StageEntry(install, installer.apply(install)));
    }

    void dropStage(StageAttempt stage) {
        stages.remove(stage);
    }

    void enqueue(StageAttempt stage, List<TaskLaunch> launches, Consumer<Message> reply) {
        StageEntry entry = stages.get(stage);
        if (entry == null) {
            var failure = new Failure("dev.capstan.MissingStage", "the code of " + stage + " has not arrived", "");
            launches.forEach(launch ->
                    reply.accept(new TaskDone(launch.id(), new TaskOutcome.Failed(failure), TaskMetrics.NONE)));
            return;
        }
        long now = System.nanoTime();
        lock.lock();
        try {
            for (TaskLaunch launch : launches) {
                queue.add(new Queued(stage, launch, entry.install.perTask(), now));
            }
            wake(launches.size(), reply);
        } finally {
            lock.unlock();
        }
    }

    /** Holding the lock: sees that up to {@code tasks} threads look for work. */
    private void wake(int tasks, Consumer<Message> reply) {
        if (!queue.canStart()) {
            return;
        }
        int signals = Math.min(idle, tasks);
        for (int i = 0; i < signals; i++) {
            work.signal();
        }
        // a new thread looks for work, and starts another one if there is more
        if (signals == 0 && !closed) {
            startThread(reply);
        }
    }

    private void startThread(Consumer<Message> reply) {
        threads++;
        Thread.ofPlatform()
                .name(name + "-" + threads)
                .daemon(true)
                .stackSize(threadStackBytes)
                .start(() -> runTasks(reply));
    }

    private void runTasks(Consumer<Message> reply) {
        @Nullable Running last = null;
        while (true) {
            Running next;
            lock.lock();
            try {
                if (last != null) {
                    if (last.abandoned) {
                        threads--;
                        return; // another thread has taken its place
                    }
                    finish(last);
                }
                next = awaitTask(reply);
            } finally {
                lock.unlock();
            }
            if (next == null) {
                return;
            }
            reply.accept(run(next));
            last = next;
        }
    }

    private void finish(Running last) {
        running.remove(last.task.launch().id());
        queue.finish(last.task.launch().id());
    }

    private @Nullable Running awaitTask(Consumer<Message> reply) {
        while (!closed) {
            Queued task = queue.start();
            if (task != null) {
                var started = new Running(task, System.nanoTime());
                running.put(task.launch().id(), started);
                if (queue.canStart()) {
                    wake(1, reply);
                }
                return started;
            }
            idle++;
            work.awaitUninterruptibly();
            idle--;
        }
        threads--;
        return null;
    }

    private TaskDone run(Running next) {
        TaskLaunch launch = next.task.launch();
        StageEntry entry = stages.get(next.task.stage());
        if (entry == null) {
            return new TaskDone(launch.id(), new TaskOutcome.Killed("its stage is over"), TaskMetrics.NONE);
        }
        next.cancellation.begin();
        try {
            return entry.runner.run(launch, next.startedNanos - next.task.arrivedNanos(), next.cancellation);
        } finally {
            next.cancellation.end();
        }
    }

    void kill(List<TaskId> tasks, boolean interrupt, String reason, Consumer<Message> reply) {
        List<Queued> waiting;
        List<Running> started = new ArrayList<>();
        lock.lock();
        try {
            waiting = queue.takeBack(task -> tasks.contains(task.launch().id()), tasks.size());
            for (TaskId task : tasks) {
                Running found = running.get(task);
                if (found != null) {
                    started.add(found);
                }
            }
        } finally {
            lock.unlock();
        }
        waiting.forEach(task ->
                reply.accept(new TaskDone(task.launch().id(), new TaskOutcome.Killed(reason), TaskMetrics.NONE)));
        started.forEach(task -> task.cancellation.cancel(reason, interrupt));
    }

    /** Gives up on a task that does not end: its thread is left to itself and its cores are free again. */
    void abandon(TaskId id, Consumer<Message> reply) {
        Running found;
        lock.lock();
        try {
            found = running.get(id);
            if (found == null || found.abandoned) {
                return;
            }
            found.abandoned = true;
            finish(found);
            wake(1, reply);
        } finally {
            lock.unlock();
        }
        var stack = new StringBuilder();
        for (StackTraceElement frame : found.cancellation.stack()) {
            stack.append("\n    at ").append(frame);
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "{0} was killed and does not end; its thread is left behind. It is here:{1}",
                id,
                stack);
        reply.accept(
                new TaskDone(
                        id,
                        new TaskOutcome.Killed("killed; it did not end, so its thread was abandoned"),
                        TaskMetrics.NONE));
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
        long now = System.nanoTime();
        List<TaskProgress> progress = new ArrayList<>();
        List<TaskId> waiting;
        lock.lock();
        try {
            running.forEach((id, task) -> progress.add(new TaskProgress(id, now - task.startedNanos, 0)));
            waiting = queue.waiting();
        } finally {
            lock.unlock();
        }
        reply.accept(new PoolState(progress, waiting));
    }

    /** Takes no task any more, interrupts those that run, and lets the threads end. */
    @Override
    public void close() {
        List<Running> left;
        lock.lock();
        try {
            closed = true;
            queue.takeBack(_ -> true, Integer.MAX_VALUE);
            left = new ArrayList<>(running.values());
            work.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(task -> task.cancellation.cancel("the executor ends", true));
    }
}
