package dev.capstan.engine.execution;

import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.MapOutputWriter;
import dev.capstan.engine.operator.Gathering;
import dev.capstan.engine.pipeline.FastPath;
import dev.capstan.engine.pipeline.Gatherer;
import dev.capstan.engine.shuffle.FetchFailedException;
import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.engine.task.TaskEnvironment;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskOutcome;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/** Runs the attempts of one executor, each in the thread that calls; makes no threads and keeps no list. */
public final class TaskRunner {
    private static final System.Logger LOG = System.getLogger(TaskRunner.class.getName());

    private final TaskEnvironment environment;

    public TaskRunner(TaskEnvironment environment) {
        this.environment = Objects.requireNonNull(environment, "environment");
    }

    /** An attempt that can be run once, and killed at any time. */
    public Attempt prepare(InstalledStage stage, TaskLaunch launch) {
        return new Attempt(stage, launch);
    }

    /** {@link #prepare} and {@link Attempt#run} in one. */
    public TaskResult run(InstalledStage stage, TaskLaunch launch) {
        return prepare(stage, launch).run();
    }

    /** One attempt. */
    public final class Attempt {
        private final InstalledStage stage;
        private final RunningTask task;
        private long decodeNanos;

        private Attempt(InstalledStage stage, TaskLaunch launch) {
            this.stage = stage;
            this.task = new RunningTask(stage, launch, environment);
        }

        /** For progress reports; a rough figure when read by another thread. */
        public long recordsRead() {
            return task.recorder().recordsRead();
        }

        /** Ends it soon: before it starts, or when it next asks. The caller interrupts the thread if it is to. */
        public void kill(String reason) {
            task.kill(Objects.requireNonNull(reason, "reason"));
        }

        /** Does the work. Never throws, except for errors of the virtual machine that leave it unfit to go on. */
        public TaskResult run() {
            long start = environment.nanoClock().getAsLong();
            Thread thread = Thread.currentThread();
            ClassLoader before = thread.getContextClassLoader();
            thread.setContextClassLoader(environment.loader());
            TaskOutcome outcome = bound().call(() -> attempt(start));
            List<String> leaks = giveBackMemory(outcome);
            thread.setContextClassLoader(before);
            if (task.killReason() != null) {
                Thread.interrupted(); // was meant for this task, not for the next one
            }
            long end = environment.nanoClock().getAsLong();
            assert leaks.isEmpty() : task.task() + " ended and did not give back " + leaks;
            return new TaskResult(outcome, task.recorder().metrics(decodeNanos, end - start, task.memory()));
        }

        /** What the functions of the user find without having been handed it. */
        private ScopedValue.Carrier bound() {
            return environment.broadcasts().bind(task.tally().bind(TaskContext.bind(task)));
        }

        private TaskOutcome attempt(long start) {
            Throwable failure = null;
            TaskOutcome.Succeeded done = null;
            try {
                task.checkKilled();
                StageProgram program = stage.program();
                decodeNanos = environment.nanoClock().getAsLong() - start;
                task.begin(program.root().partitionCount());
                done = work(program);
                failure = task.fetchFailure();
            } catch (Throwable e) {
                failure = e;
            }
            if (failure != null) {
                task.fail(failure);
            }
            Throwable late = task.complete();
            Throwable first = failure != null ? failure : late;
            return done == null || first != null ? failed(done, first) : counted(done);
        }

        /** A result that was stored before something went wrong is not fetched by anybody. */
        private TaskOutcome failed(TaskOutcome.@Nullable Succeeded done, @Nullable Throwable failure) {
            if (done instanceof TaskOutcome.StoredResult(BlockId block, long _, var _)) {
                environment.blocks().drop(block);
            }
            return outcomeOf(
                    failure != null ? failure : new IllegalStateException("the task ended without an outcome"));
        }

        private TaskOutcome counted(TaskOutcome.Succeeded done) {
            try {
                List<AccumulatorUpdate> updates = task.tally().updates(environment.serializer());
                return updates.isEmpty() ? done : done.with(updates);
            } catch (Throwable e) { // the user's states serialize themselves
                return failed(done, e);
            }
        }

        /** What a task that did its work still holds is a bug of ours; one that failed had no chance to clean up. */
        private List<String> giveBackMemory(TaskOutcome outcome) {
            List<String> leaks = outcome instanceof TaskOutcome.Succeeded ? task.memory().holders() : List.of();
            task.memory().close();
            if (!leaks.isEmpty()) {
                LOG.log(System.Logger.Level.WARNING, "{0} ended and did not give back: {1}", task.task(), leaks);
            }
            return leaks;
        }

        private TaskOutcome.Succeeded work(StageProgram program) throws Exception {
            return switch (program.work()) {
                case Work.ResultWork<?, ?> work -> result(program.root(), work.function());
                case Work.ShuffleMapWork work ->
                        new TaskOutcome.MapOutput(MapOutputWriter.write(work.dependency(), program.root(), task));
            };
        }

        @SuppressWarnings("unchecked")
        private TaskOutcome.Succeeded result(Lineage<?> root, PartitionFn<?, ?> function) throws Exception {
            Object value = valueOf((Lineage<Object>) root, (PartitionFn<Object, Object>) function);
            byte[] bytes = environment.serializer().serialize(value);
            task.recorder().wroteResult(bytes.length);
            if (bytes.length <= environment.inlineResultBytes()) {
                return new TaskOutcome.Result(bytes);
            }
            BlockId.TaskResult block = new BlockId.TaskResult(task.task().number());
            environment.blocks().putBytes(block, bytes);
            return new TaskOutcome.StoredResult(block, bytes.length);
        }

        private Object valueOf(Lineage<Object> root, PartitionFn<Object, Object> function) throws Exception {
            if (function instanceof Gathering<Object, Object> gathering
                    && environment.pipelines().take(FastPath.FUSED)) {
                Gatherer<Object, Object> gatherer = gathering.begin(task);
                root.drain(task.partition(), task, gatherer);
                return gatherer.result();
            }
            return function.apply(root.iterate(task.partition(), task), task);
        }

        private TaskOutcome outcomeOf(Throwable failure) {
            FetchFailedException lost = task.fetchFailure();
            if (lost != null) {
                return new TaskOutcome.FetchFailed(lost.shuffle(), lost.mapPartition(), lost.from(), lost.reason());
            }
            String killed = task.killReason();
            if (killed != null) {
                return new TaskOutcome.Killed(killed);
            }
            return new TaskOutcome.Failed(FailureText.of(failure));
        }
    }
}
