package dev.capstan.devcluster.mesos.agent;

import com.google.protobuf.ByteString;

import dev.capstan.devcluster.mesos.agent.ExecutorRun.Phase;
import dev.capstan.devcluster.mesos.agent.ExecutorRun.TaskRun;
import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.ContainerOperation;
import dev.capstan.devcluster.mesos.message.DurationText;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Outbox;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.devcluster.mesos.message.Uuids;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.DrainConfig;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A Mesos agent as masters, executors and processes see it.
 *
 * <p>It alone owns the executors and tasks of one machine, and the updates that are not acknowledged yet. A task that
 * is a mere command has no executor that could speak for it: the agent makes the updates that one would send.
 *
 * <pre>
 * executor: STARTING --ContainerStarted--> STARTED --kill, shutdown, time-out--> ENDING --ContainerExited--> (gone)
 * update:   made --forwarded--> waits --AcknowledgeUpdate--> (gone), or repeated after 10, 20, 40 s ...
 * </pre>
 *
 * <p>Invariants: each task reaches one last state while its agent lives; of one task one update at a time is on its
 * way; a container that was started is waited for.
 */
public final class Agent implements Actor<AgentMessage> {
    private static final System.Logger LOG = System.getLogger(Agent.class.getName());
    private static final Duration DEFAULT_KILL_GRACE = Duration.ofSeconds(3);

    private final AgentConfig config;
    private final Address self;
    private final RandomGenerator random;
    private final long wallMinusNow;
    private final Outbox out = new Outbox();
    private final UpdateStreams<TaskKey, TaskStatus> updates = new UpdateStreams<>(out, new OfTasks());
    private final Executors executors = new Executors();
    private final Membership membership;
    private final AppliedOperations operations;
    private final Draining draining = new Draining();
    private AgentInfo info;

    /** Whether it has taken over from another one, and no master has heard of that yet. */
    private boolean isRecovered;

    /** What an agent before this one has left running, and no framework had asked to keep. */
    private final List<ContainerID> orphans = new ArrayList<>();

    /** How many groups of tasks there were. */
    private long groups;

    private long now;

    /**
     * @param info its id is set when it was registered before
     * @param wallMinusNow what the time given with messages lacks to be nanoseconds since 1970
     */
    public Agent(AgentConfig config, AgentInfo info, Address self, RandomGenerator random, long wallMinusNow) {
        this.config = config;
        this.info = info;
        this.self = self;
        this.random = random;
        this.wallMinusNow = wallMinusNow;
        this.membership = new Membership(out, config.silence(), this::report);
        this.operations =
                new AppliedOperations(config.directory(), info.getResourcesList(), random, membership::tell, out);
    }

    private MasterMessage.RegisterAgent report() {
        return executors.report(self, info, operations, updates::isWaiting);
    }

    @Override
    public List<Effect> on(AgentMessage message, long nowNanos) {
        now = nowNanos;
        switch (message) {
            case AgentMessage.MasterDetected(var address) -> membership.onMasterDetected(address);
            case AgentMessage.Registered(var id) -> onRegistered(id);
            case AgentMessage.Started() -> onStarted();
            case AgentMessage.RecoveryEnded() -> onRecoveryEnded();
            case AgentMessage.RunTask(var framework, var task) -> onRunTask(framework, task);
            case AgentMessage.RunTaskGroup group -> onRunTaskGroup(group);
            case AgentMessage.ApplyOperation apply -> operations.apply(apply);
            case AgentMessage.DropOperation(var operation) -> operations.drop(operation);
            case AgentMessage.AcknowledgeOperation(var operation, var uuid) -> operations.acknowledge(operation, uuid);
            case AgentMessage.RepeatOperation(var operation) -> operations.repeat(operation);
            case AgentMessage.KillTask kill -> onKillTask(kill);
            case AgentMessage.AcknowledgeUpdate(var framework, var task, var uuid) ->
                    onAcknowledged(new TaskKey(framework, task), uuid);
            case AgentMessage.ShutdownFramework(var framework) -> onShutdownFramework(framework);
            case AgentMessage.ShutdownExecutor(var framework, var executor) -> {
                executors.allOf(framework, executor).forEach(this::shutDown);
            }
            case AgentMessage.Drain(var drainConfig) -> onDrain(drainConfig);
            case AgentMessage.FrameworkReturned(var framework) ->
                    updates.resume(task -> task.framework().equals(framework));
            case AgentMessage.TellExecutor(var framework, var executor, var data) -> {
                ExecutorRun run = executors.of(framework, executor);
                if (run != null && run.stream != null) {
                    emit(run.stream, ExecutorEvents.message(data));
                }
            }
            case AgentMessage.Ping() -> membership.onPing(info.getId());
            case AgentMessage.MasterSilent() -> membership.onMasterSilent();
            case AgentMessage.ExecutorCall(var from, var call) -> onExecutorCall(from, call);
            case AgentMessage.StreamClosed(var stream) -> onStreamClosed(stream);
            case AgentMessage.ContainerStarted(var container, var pid) -> onContainerStarted(container, pid);
            case AgentMessage.ContainerFailed(var container, var reason) -> onContainerFailed(container, reason);
            case AgentMessage.ContainerExited(var container, var status) -> onContainerExited(container, status);
            case AgentMessage.TryRegister() -> membership.register();
            case AgentMessage.RepeatUpdate(var framework, var task) -> updates.repeat(new TaskKey(framework, task));
            case AgentMessage.RegistrationExpired(var container) -> onRegistrationExpired(container);
            case AgentMessage.GraceExpired(var container) -> {
                ExecutorRun run = executors.in(container);
                if (run != null) {
                    destroy(run);
                }
            }
        }
        return out.drain();
    }

    private void onAcknowledged(TaskKey key, ByteString uuid) {
        if (updates.acknowledge(key, uuid) && !updates.isWaiting(key)) {
            executors.forget(key);
        }
    }

    // Recovery

    /**
     * An agent that finds what this one had on its disk: what belongs to frameworks that checkpoint. To be called when
     * this one takes no more messages.
     */
    public Agent successor() {
        var successor = new Agent(config, info, self, random, wallMinusNow);
        successor.groups = groups;
        successor.orphans.addAll(executors.leaveTo(successor.executors));
        updates.waiting()
                .forEach((key, statuses) -> {
                    if (successor.executors.task(key) != null) {
                        statuses.forEach(status -> successor.updates.add(key, status));
                    }
                });
        operations.leaveTo(successor.operations);
        successor.out.drain(); // nobody is registered with anybody yet
        return successor;
    }

    private void onStarted() {
        orphans.forEach(container -> out.perform(new ContainerOperation.Destroy(container)));
        orphans.clear();
        if (!executors.isEmpty()) {
            membership.holdBack();
            out.arm("recovery", config.executors().reregistrationTimeout(), new AgentMessage.RecoveryEnded());
        }
    }

    private void onRecoveryEnded() {
        isRecovered = true;
        membership.letGo(); // with the executors that end now, so that the master hears of their end
        for (ExecutorRun run : executors.all()) {
            if (!run.isCommand && run.isRecovered && run.stream == null) {
                run.endReason = TaskStatus.Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT;
                run.endMessage =
                        "Executor did not reregister within "
                                + DurationText.of(config.executors().reregistrationTimeout());
                destroy(run);
            }
        }
    }

    // The master

    private void onRegistered(AgentID id) {
        info = info.toBuilder().setId(id).build();
        membership.onRegistered();
        updates.resume(_ -> true);
        operations.resumeAll();
        if (isRecovered) {
            isRecovered = false;
            updates.resume(_ -> true); // once since it has registered, and once since its frameworks are known again
        }
    }

    private final class OfTasks implements UpdateStreams.Sort<TaskKey, TaskStatus> {
        @Override
        public ByteString uuid(TaskStatus status) {
            return status.getUuid();
        }

        @Override
        public String timer(TaskKey key) {
            return "update " + key.framework().getValue() + " " + key.task().getValue();
        }

        @Override
        public AgentMessage repetition(TaskKey key) {
            return new AgentMessage.RepeatUpdate(key.framework(), key.task());
        }

        @Override
        public void forward(TaskKey key, TaskStatus status) {
            TaskRun task = executors.task(key);
            TaskState latest =
                    task == null || status.getState() == TaskState.TASK_GONE_BY_OPERATOR
                            ? status.getState()
                            : task.latest;
            if (task != null) {
                task.forwarded = status;
            }
            membership.tell(new MasterMessage.UpdateArrived(info.getId(), key.framework(), status, latest));
        }
    }

    // Tasks

    private void onRunTask(FrameworkInfo framework, TaskInfo task) {
        boolean isCommand = task.hasCommand();
        ExecutorInfo executor = isCommand ? commandExecutor(framework, task) : task.getExecutor();
        run(framework, executor, isCommand, List.of(new TaskRun(task)));
    }

    /** Gives tasks that come together to their executor, which is started if it is not there. */
    private void run(FrameworkInfo framework, ExecutorInfo executor, boolean isCommand, List<TaskRun> added) {
        ExecutorRun run = executors.of(framework.getId(), executor.getExecutorId());
        if (run != null && run.phase == Phase.ENDING) {
            add(added, run);
            return; // told as failed when the executor has ended
        }
        List<TaskRun> joining = added;
        if (run == null) {
            run = start(framework, executor, isCommand, added.getFirst().info);
            joining = added.subList(1, added.size());
        }
        for (TaskRun each : joining) {
            linkVolumes(run, each.info.getResourcesList());
        }
        add(added, run);
        if (run.stream != null) {
            deliver(run, added.getFirst());
        }
    }

    private static void add(List<TaskRun> added, ExecutorRun run) {
        added.forEach(each -> run.tasks.put(each.info.getTaskId(), each));
    }

    private void onRunTaskGroup(AgentMessage.RunTaskGroup launch) {
        groups++;
        ExecutorInfo executor = launch.executor();
        if (executor.getType() == ExecutorInfo.Type.DEFAULT) {
            runUnderOwnExecutor(launch);
        } else {
            List<TaskRun> added =
                    launch.tasks().stream()
                            .map(task -> new TaskRun(task.toBuilder().setExecutor(executor).build(), groups))
                            .toList();
            run(launch.framework(), executor, false, added);
        }
    }

    private void runUnderOwnExecutor(AgentMessage.RunTaskGroup launch) {
        ExecutorInfo executor = launch.executor();
        ExecutorRun.Place known =
                executors.allOf(launch.framework().getId(), executor.getExecutorId()).stream()
                        .filter(run -> run.phase != Phase.ENDING && run.place != null)
                        .map(run -> run.place)
                        .findFirst()
                        .orElse(null);
        ContainerID container = known == null ? newContainer() : known.container();
        String directory = known == null ? sandbox(launch.framework(), executor, container) : known.directory();
        var place = new ExecutorRun.Place(executor, container, directory, groups);
        for (TaskInfo task : launch.tasks()) {
            ContainerID own = newContainer().toBuilder().setParent(container).build();
            var run =
                    new ExecutorRun(
                            launch.framework(),
                            commandExecutor(launch.framework(), task).toBuilder()
                                    .setExecutorId(executor.getExecutorId())
                                    .build(),
                            true,
                            own,
                            directory + "/containers/" + own.getValue(),
                            place);
            run.tasks.put(task.getTaskId(), new TaskRun(task));
            begin(run, task, executor.getResourcesList());
        }
    }

    /** A volume is seen in the sandbox, where its path says. */
    private void linkVolumes(ExecutorRun run, List<Resource> resources) {
        for (Resource each : resources) {
            if (each.getDisk().hasPersistence()) {
                String path = run.directory + "/" + each.getDisk().getVolume().getContainerPath();
                out.perform(new ContainerOperation.LinkVolume(path, operations.volume(each)));
            }
        }
    }

    private static ExecutorInfo commandExecutor(FrameworkInfo framework, TaskInfo task) {
        return ExecutorInfo.newBuilder()
                .setExecutorId(ExecutorID.newBuilder().setValue(task.getTaskId().getValue()))
                .setFrameworkId(framework.getId())
                .setCommand(task.getCommand())
                .build();
    }

    private ExecutorRun start(FrameworkInfo framework, ExecutorInfo executor, boolean isCommand, TaskInfo task) {
        ContainerID container = newContainer();
        var run = new ExecutorRun(framework, executor, isCommand, container, sandbox(framework, executor, container));
        begin(run, task, executor.getResourcesList());
        if (!isCommand) {
            out.arm(
                    registrationTimer(run),
                    config.executors().registrationTimeout(),
                    new AgentMessage.RegistrationExpired(container));
        }
        return run;
    }

    private ContainerID newContainer() {
        return ContainerID.newBuilder().setValue(Uuids.random(random).toString()).build();
    }

    private String sandbox(FrameworkInfo framework, ExecutorInfo executor, ContainerID container) {
        return String.join(
                "/",
                config.directory(),
                "slaves",
                info.getId().getValue(),
                "frameworks",
                framework.getId().getValue(),
                "executors",
                executor.getExecutorId().getValue(),
                "runs",
                container.getValue());
    }

    /**
     * Starts the process of an executor.
     *
     * @param task its first
     * @param own resources of the executor
     */
    private void begin(ExecutorRun run, TaskInfo task, List<Resource> own) {
        executors.add(run);
        var environment = ExecutorEnvironment.of(config, info, run);
        if (run.isCommand && task.getResourcesCount() > 0) {
            environment.put("MESOS_ALLOCATION_ROLE", task.getResources(0).getAllocationInfo().getRole());
        }
        linkVolumes(run, task.getResourcesList());
        linkVolumes(run, own);
        out.perform(new ContainerOperation.Start(run.container, run.directory, run.executor.getCommand(), environment));
    }

    /** With a task go those that were launched together with it. */
    private void deliver(ExecutorRun run, TaskRun task) {
        List<TaskRun> together = run.launchedWith(task);
        together.forEach(each -> each.isDelivered = true);
        run.hasTakenTasks = true;
        if (run.stream != null) {
            List<TaskInfo> infos = together.stream().map(each -> each.info).toList();
            emit(run.stream, task.group == 0 ? ExecutorEvents.launch(task.info) : ExecutorEvents.launchGroup(infos));
        }
    }

    private void onKillTask(AgentMessage.KillTask kill) {
        for (ExecutorRun run : executors.all()) {
            TaskRun task = run.frameworkId().equals(kill.framework()) ? run.tasks.get(kill.task()) : null;
            if (task != null && !task.isOver()) {
                if (run.place == null) {
                    kill(run, task, kill.policy());
                } else {
                    killGroup(run, kill.policy());
                }
            }
        }
    }

    private void onDrain(DrainConfig drain) {
        if (executors.isEmpty()) {
            draining.end();
            return;
        }
        draining.begin(drain);
        for (ExecutorRun run : executors.all()) {
            run.unfinished().forEach(task -> kill(run, task, Draining.within(drain, task.info.getKillPolicy())));
        }
    }

    /** A task ends, and with it those that run together with it. */
    private void killGroup(ExecutorRun member, KillPolicy asked) {
        for (ExecutorRun run : executors.groupOf(member)) {
            run.unfinished().forEach(task -> kill(run, task, asked));
        }
    }

    private void kill(ExecutorRun run, TaskRun task, KillPolicy asked) {
        boolean hasBegun = run.isCommand ? run.phase != Phase.STARTING : task.isDelivered;
        if (!hasBegun) {
            run.launchedWith(task).stream().filter(each -> !each.isOver()).forEach(each -> endUndelivered(run, each));
            if (run.isCommand) {
                destroy(run);
            }
            return;
        }
        if (!run.isCommand) {
            if (run.stream != null) {
                emit(run.stream, ExecutorEvents.kill(task.info.getTaskId(), asked));
            }
        } else if (!run.isKilled) {
            KillPolicy policy = asked.hasGracePeriod() ? asked : task.info.getKillPolicy();
            Duration grace =
                    policy.hasGracePeriod()
                            ? Duration.ofNanos(policy.getGracePeriod().getNanoseconds())
                            : DEFAULT_KILL_GRACE;
            run.isKilled = true;
            if (run.has(FrameworkInfo.Capability.Type.TASK_KILLING_STATE)) {
                tell(run, task, TaskState.TASK_KILLING, TaskStatus.Source.SOURCE_EXECUTOR, null, null);
            }
            out.perform(new ContainerOperation.Terminate(run.container));
            out.arm(graceTimer(run), grace, new AgentMessage.GraceExpired(run.container));
        }
    }

    private void endUndelivered(ExecutorRun run, TaskRun task) {
        tell(
                run,
                task,
                TaskState.TASK_KILLED,
                TaskStatus.Source.SOURCE_AGENT,
                TaskStatus.Reason.REASON_TASK_KILLED_DURING_LAUNCH,
                "Killed before delivery to the executor");
    }

    private void onShutdownFramework(FrameworkID framework) {
        updates.forget(task -> task.framework().equals(framework));
        operations.forget(framework);
        executors.forgetLeftovers(framework);
        for (ExecutorRun run : executors.all()) {
            if (run.frameworkId().equals(framework)) {
                run.hasNoFramework = true;
                shutDown(run);
            }
        }
    }

    /** Asks an executor to end, and makes it end if it does not. */
    private void shutDown(ExecutorRun run) {
        run.phase = Phase.ENDING;
        run.isKilled = true;
        if (run.isCommand) {
            out.perform(new ContainerOperation.Terminate(run.container));
        } else if (run.stream != null) {
            emit(run.stream, ExecutorEvents.shutdown());
        }
        out.arm(
                graceTimer(run),
                ExecutorEnvironment.grace(config, run.executor),
                new AgentMessage.GraceExpired(run.container));
    }

    private void destroy(ExecutorRun run) {
        run.phase = Phase.ENDING;
        out.perform(new ContainerOperation.Destroy(run.container));
    }

    // Containers

    private void onContainerStarted(ContainerID container, int pid) {
        ExecutorRun run = executors.in(container);
        if (run == null) {
            return;
        }
        run.pid = pid;
        if (run.phase == Phase.STARTING) {
            run.phase = Phase.STARTED;
            if (run.isCommand) {
                for (TaskRun task : run.unfinished()) {
                    tell(run, task, TaskState.TASK_STARTING, TaskStatus.Source.SOURCE_EXECUTOR, null, null);
                    tell(run, task, TaskState.TASK_RUNNING, TaskStatus.Source.SOURCE_EXECUTOR, null, null);
                }
            }
        }
    }

    private void onContainerFailed(ContainerID container, String reason) {
        ExecutorRun run = executors.in(container);
        if (run != null) {
            run.endReason = TaskStatus.Reason.REASON_CONTAINER_LAUNCH_FAILED;
            run.endMessage = "Failed to launch container: " + reason;
            run.pid = 0;
            List<ExecutorRun> group = executors.groupOf(run);
            gone(run, -1);
            endRest(group);
        }
    }

    private void onContainerExited(ContainerID container, int status) {
        ExecutorRun run = executors.in(container);
        if (run == null) {
            return;
        }
        List<ExecutorRun> group = executors.groupOf(run);
        if (run.isCommand && run.phase != Phase.STARTING) {
            for (TaskRun task : run.unfinished()) {
                tell(
                        run,
                        task,
                        CommandEnd.state(status, run.isKilled),
                        TaskStatus.Source.SOURCE_EXECUTOR,
                        null,
                        CommandEnd.message(status));
            }
        }
        gone(run, status);
        if (status != 0) {
            endRest(group);
        }
    }

    /** One of a group has failed: the others end too. */
    private void endRest(List<ExecutorRun> group) {
        for (ExecutorRun run : group) {
            run.unfinished().forEach(task -> kill(run, task, KillPolicy.getDefaultInstance()));
        }
    }

    private void gone(ExecutorRun run, int status) {
        out.disarm(registrationTimer(run));
        out.disarm(graceTimer(run));
        if (!run.isCommand) {
            membership.tellSurely(new MasterMessage.ExecutorExited(info.getId(), run.frameworkId(), run.id(), status));
        }
        for (TaskRun task : run.unfinished()) {
            tell(
                    run,
                    task,
                    endState(run),
                    TaskStatus.Source.SOURCE_AGENT,
                    run.endReason == null ? TaskStatus.Reason.REASON_EXECUTOR_TERMINATED : run.endReason,
                    run.endMessage == null ? "Executor terminated" : run.endMessage);
        }
        executors.remove(run, updates::isWaiting);
        if (run.place != null && executors.allOf(run.frameworkId(), run.id()).isEmpty()) { // it has nothing to do
            membership.tellSurely(new MasterMessage.ExecutorExited(info.getId(), run.frameworkId(), run.id(), 0));
        }
        if (executors.isEmpty()) {
            draining.end();
        }
        if (run.stream != null) {
            out.send(run.stream, new Reply.Ended());
        }
        LOG.log(System.Logger.Level.DEBUG, "executor {0} ended, status {1}", run.id().getValue(), status);
    }

    private static TaskState endState(ExecutorRun run) {
        if (run.endReason != TaskStatus.Reason.REASON_EXECUTOR_REREGISTRATION_TIMEOUT) {
            return TaskState.TASK_FAILED;
        }
        return run.isPartitionAware() ? TaskState.TASK_GONE : TaskState.TASK_LOST;
    }

    private void onRegistrationExpired(ContainerID container) {
        ExecutorRun run = executors.in(container);
        if (run != null && run.stream == null && run.phase != Phase.ENDING) {
            run.endReason = TaskStatus.Reason.REASON_EXECUTOR_REGISTRATION_TIMEOUT;
            run.endMessage =
                    "Executor did not register within " + DurationText.of(config.executors().registrationTimeout());
            destroy(run);
        }
    }

    // Executors

    private void onExecutorCall(Address from, Call call) {
        if (call.getType() == Call.Type.HEARTBEAT) {
            out.send(from, new Reply.Accepted()); // whoever it is
            return;
        }
        ExecutorRun run = executors.of(call.getFrameworkId(), call.getExecutorId());
        if (run == null || run.isCommand) {
            boolean knowsFramework =
                    executors.all().stream().anyMatch(each -> each.frameworkId().equals(call.getFrameworkId()));
            out.send(
                    from,
                    new Reply.Refused(400, knowsFramework ? "Executor cannot be found" : "Framework cannot be found"));
            return;
        }
        switch (call.getType()) {
            case SUBSCRIBE -> onSubscribe(from, run, call.getSubscribe());
            case UPDATE -> {
                if (isSubscribed(from, run)) {
                    onExecutorUpdate(run, call.getUpdate().getStatus());
                }
            }
            case MESSAGE -> {
                if (isSubscribed(from, run)) {
                    membership.tell(
                            new MasterMessage.ExecutorTold(
                                    info.getId(), run.frameworkId(), run.id(), call.getMessage().getData()));
                }
            }
            case HEARTBEAT, UNKNOWN -> out.send(from, new Reply.Accepted()); // answered, or refused, before
        }
    }

    private boolean isSubscribed(Address from, ExecutorRun run) {
        if (run.stream == null) {
            out.send(from, new Reply.Refused(403, "Executor is not subscribed"));
            return false;
        }
        out.send(from, new Reply.Accepted());
        return true;
    }

    private void onSubscribe(Address from, ExecutorRun run, Call.Subscribe subscribe) {
        out.send(from, new Reply.Opened(null));
        if (run.stream != null) {
            out.send(run.stream, new Reply.Ended());
        }
        run.stream = from;
        out.disarm(registrationTimer(run));
        boolean nothingToDo = run.unfinished().isEmpty() && !run.hasTakenTasks;
        if (run.phase == Phase.ENDING || nothingToDo) {
            shutDown(run);
            return;
        }
        emit(from, ExecutorEvents.subscribed(run, info));
        if (run.isRecovered) {
            run.isRecovered = false;
            dropWhatItNeverGot(run, subscribe);
        }
        subscribe.getUnacknowledgedUpdatesList().forEach(each -> onExecutorUpdate(run, each.getStatus()));
        run.unfinished().stream().filter(task -> !task.isDelivered).forEach(task -> deliver(run, task));
    }

    /** A task that was on its way when the agent before this one ended, and that the executor does not know. */
    private void dropWhatItNeverGot(ExecutorRun run, Call.Subscribe subscribe) {
        var known = subscribe.getUnacknowledgedTasksList().stream().map(TaskInfo::getTaskId).toList();
        var updated =
                subscribe.getUnacknowledgedUpdatesList().stream().map(each -> each.getStatus().getTaskId()).toList();
        for (TaskRun task : run.unfinished()) {
            boolean isUnknown = !known.contains(task.info.getTaskId()) && !updated.contains(task.info.getTaskId());
            if (task.isDelivered && task.latest == TaskState.TASK_STAGING && isUnknown) {
                tell(
                        run,
                        task,
                        run.isPartitionAware() ? TaskState.TASK_DROPPED : TaskState.TASK_LOST,
                        TaskStatus.Source.SOURCE_AGENT,
                        TaskStatus.Reason.REASON_AGENT_RESTARTED,
                        "Task launched during agent restart");
            }
        }
    }

    private void onExecutorUpdate(ExecutorRun run, TaskStatus told) {
        boolean isMeantForAnother = told.hasAgentId() && !told.getAgentId().equals(info.getId());
        if (isMeantForAnother || run.hasNoFramework) {
            return; // answered, and dropped
        }
        TaskRun task = run.tasks.get(told.getTaskId());
        if (task != null && !task.isOver()) {
            task.latest = told.getState();
        }
        TaskStatus status = draining.told(statuses().told(told, run, task != null));
        if (task != null) {
            task.add(status);
        }
        updates.add(new TaskKey(run.frameworkId(), told.getTaskId()), status);
        if (task != null && run.stream != null) { // stored: the executor may forget it
            emit(run.stream, ExecutorEvents.acknowledged(told.getTaskId(), told.getUuid()));
        }
    }

    private void onStreamClosed(Address stream) {
        for (ExecutorRun run : executors.all()) {
            if (stream.equals(run.stream)) {
                run.stream = null;
            }
        }
    }

    // Updates

    /** Makes an update of its own, in the name of an executor or its own. */
    private void tell(
            ExecutorRun run,
            TaskRun task,
            TaskState state,
            TaskStatus.Source source,
            TaskStatus.@Nullable Reason reason,
            @Nullable String message) {
        task.latest = state;
        if (run.hasNoFramework) {
            return;
        }
        var uuid = Uuids.bytes(Uuids.random(random));
        TaskStatus status =
                draining.told(statuses().made(run, task, state, source, reason, message, uuid, now + wallMinusNow));
        task.add(status);
        updates.add(new TaskKey(run.frameworkId(), task.info.getTaskId()), status);
    }

    private TaskStatuses statuses() {
        return new TaskStatuses(info.getId(), config.ip());
    }

    private void emit(Address stream, Event event) {
        out.send(stream, new Reply.Emitted(event));
    }

    private static String registrationTimer(ExecutorRun run) {
        return "registration " + run.container.getValue();
    }

    private static String graceTimer(ExecutorRun run) {
        return "grace " + run.container.getValue();
    }
}
