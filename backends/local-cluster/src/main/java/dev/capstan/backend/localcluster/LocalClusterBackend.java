package dev.capstan.backend.localcluster;

import dev.capstan.backend.localcluster.logic.LocalClusterLogic;
import dev.capstan.backend.localcluster.logic.LocalClusterMessage;
import dev.capstan.backend.localcluster.logic.LocalClusterOperation;
import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.DriverContact;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.executor.live.ExecutorOrigin;
import dev.capstan.executor.live.ExecutorProcess;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.resource.Resources;

import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/** Runs executors in processes of their own on this machine, and sees to it that none outlives the driver's wish. */
final class LocalClusterBackend implements SchedulerBackend {
    private static final String HOST = "127.0.0.1";

    private final LocalClusterUrl url;
    private final BackendEnvironment environment;
    private final DriverContact contact;
    private final LocalClusterLogic logic;
    private final Map<LeaseId, ExecutorProcess> processes = new ConcurrentHashMap<>();

    /** Those that were told to end and may not have. */
    private final Map<LeaseId, ExecutorProcess> ending = new ConcurrentHashMap<>();

    private volatile boolean closed;

    LocalClusterBackend(LocalClusterUrl url, BackendEnvironment environment) {
        this.url = url;
        this.environment = environment;
        this.contact = Objects.requireNonNull(environment.contact(), "executors in other processes need a way here");
        this.logic = new LocalClusterLogic(HOST, url.executors(), Resources.cpus(url.cores()), environment.driver());
    }

    @Override
    public Actor<BackendMessage> logic() {
        return logic;
    }

    /** Starting a process takes a while, and the driver's loop has other things to do. */
    @Override
    public Operations operations() {
        return (operation, _) -> {
            switch ((LocalClusterOperation) operation) {
                case LocalClusterOperation.StartProcess(var lease) ->
                        Thread.ofVirtual().name("start-" + lease.executor().name()).start(() -> start(lease));
                case LocalClusterOperation.StopProcess(var id) ->
                        Thread.ofVirtual().name("stop-" + id.name()).start(() -> stop(id));
            }
        };
    }

    private void start(Lease lease) {
        var origin =
                new ExecutorOrigin(
                        lease.executor(),
                        lease.id(),
                        lease.host(),
                        lease.resources(),
                        environment.application(),
                        environment.epoch(),
                        environment.driver(),
                        contact.at(),
                        contact.encrypted(),
                        contact.secret());
        try {
            ExecutorProcess process = ExecutorProcess.start(origin, url.memoryMegabytes());
            processes.put(lease.id(), process);
            if (closed) {
                stop(lease.id());
            }
            process.onExit(end -> onExit(lease.id(), end));
        } catch (IOException e) {
            tell(lease.id(), LossReason.LAUNCH_FAILED, "its process cannot be started: " + e.getMessage());
        }
    }

    private void onExit(LeaseId id, ExecutorProcess.End end) {
        if (processes.remove(id) != null) {
            tell(id, end.outOfMemory() ? LossReason.OUT_OF_MEMORY : LossReason.CRASHED, end.detail());
        }
    }

    private void tell(LeaseId id, LossReason reason, String detail) {
        environment.loop().tellNow(environment.self(), new LocalClusterMessage.ProcessEnded(id, reason, detail));
    }

    private void stop(LeaseId id) {
        processes.computeIfPresent(
                id,
                (_, process) -> {
                    ending.put(id, process);
                    return null;
                });
        ExecutorProcess process = ending.get(id);
        if (process != null) {
            process.stop();
            ending.remove(id);
        }
    }

    @Override
    public int defaultParallelism() {
        return url.executors() * url.cores();
    }

    /** Waits for all of them, also for those that another thread ends: their files are gone then. */
    @Override
    public void close() {
        closed = true;
        processes.keySet().forEach(this::stop);
        ending.keySet().forEach(this::stop);
    }
}
