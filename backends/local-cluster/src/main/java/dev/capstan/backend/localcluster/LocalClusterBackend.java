package dev.capstan.backend.localcluster;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.DriverContact;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.fixed.FixedExecutors;
import dev.capstan.driver.backend.fixed.FixedMessage;
import dev.capstan.driver.backend.fixed.FixedOperation;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.executor.ExecutorSettings;
import dev.capstan.executor.live.ExecutorOrigin;
import dev.capstan.executor.live.ExecutorPlace;
import dev.capstan.executor.live.ExecutorProcess;
import dev.capstan.executor.live.LogDirectory;
import dev.capstan.executor.live.ProcessSettings;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.resource.Resources;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Runs executors in processes of their own on this machine, and sees to it that none outlives the driver's wish. */
final class LocalClusterBackend implements SchedulerBackend {
    private static final String HOST = "127.0.0.1";

    private final LocalClusterUrl url;
    private final BackendEnvironment environment;
    private final DriverContact contact;
    private final FixedExecutors logic;
    private final ProcessSettings settings;
    private final Map<LeaseId, ExecutorProcess> processes = new ConcurrentHashMap<>();
    private final Set<Thread> atWork = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    LocalClusterBackend(LocalClusterUrl url, BackendEnvironment environment) {
        this.url = url;
        this.environment = environment;
        this.contact = Objects.requireNonNull(environment.contact(), "executors in other processes need a way here");
        this.settings = ProcessSettings.from(environment.settings()::get);
        this.logic =
                new FixedExecutors(
                        "local-cluster", HOST, url.executors(), Resources.cpus(url.cores()), environment.driver());
    }

    @Override
    public Actor<BackendMessage> logic() {
        return logic;
    }

    /** Starting a process takes a while, and the driver's loop has other things to do. */
    @Override
    public Operations operations() {
        return (operation, _) -> {
            switch ((FixedOperation) operation) {
                case FixedOperation.StartExecutor(var lease) ->
                        inBackground("start-" + lease.executor().name(), () -> start(lease));
                case FixedOperation.StopExecutor(var id) -> inBackground("stop-" + id.name(), () -> stop(id));
            }
        };
    }

    private void inBackground(String name, Runnable work) {
        Thread thread =
                Thread.ofVirtual()
                        .name(name)
                        .unstarted(() -> {
                            try {
                                work.run();
                            } finally {
                                atWork.remove(Thread.currentThread());
                            }
                        });
        atWork.add(thread);
        thread.start();
    }

    private void start(Lease lease) {
        if (closed) {
            return;
        }
        try {
            var logs = LogDirectory.make(settings.logRoot(), environment.application(), lease.executor());
            ExecutorProcess process =
                    ExecutorProcess.start(origin(lease, logs.path()), settings, url.memoryMegabytes());
            processes.put(lease.id(), process);
            if (closed) {
                stop(lease.id());
            }
            process.onExit(end -> onExit(lease.id(), process, end));
        } catch (IOException | RuntimeException e) { // whatever it is, the lease must not wait for ever
            tell(lease.id(), LossReason.LAUNCH_FAILED, "its process cannot be started: " + e.getMessage());
        }
    }

    private ExecutorOrigin origin(Lease lease, Path logs) {
        return new ExecutorOrigin(
                lease.executor(),
                lease.id(),
                ExecutorPlace.at(lease.host()),
                lease.resources(),
                environment.application(),
                environment.epoch(),
                environment.driver(),
                contact.at(),
                contact.encrypted(),
                contact.secret(),
                logs);
    }

    private void onExit(LeaseId id, ExecutorProcess process, ExecutorProcess.End end) {
        if (processes.remove(id, process) && !process.isStopped()) {
            LossReason reason =
                    switch (end.cause()) {
                        case KILLED -> LossReason.KILLED;
                        case OUT_OF_MEMORY -> LossReason.OUT_OF_MEMORY;
                        case CRASHED -> LossReason.CRASHED;
                    };
            tell(id, reason, end.detail());
        }
    }

    private void tell(LeaseId id, LossReason reason, String detail) {
        environment.loop().tellNow(environment.self(), new FixedMessage.ExecutorEnded(id, reason, detail));
    }

    private void stop(LeaseId id) {
        ExecutorProcess process = processes.get(id);
        if (process != null) {
            process.stop();
            processes.remove(id, process);
        }
    }

    @Override
    public int defaultParallelism() {
        return url.executors() * url.cores();
    }

    /** Waits until all are gone. All at once, so together they take no longer than the slowest of them. */
    @Override
    public void close() {
        closed = true;
        processes.keySet().forEach(id -> inBackground("stop-" + id.name(), () -> stop(id)));
        try {
            for (Thread thread : atWork) {
                thread.join();
            }
            processes.keySet().forEach(this::stop); // started at the last moment
            // Who had much to remove may have been killed before it was done.
            new LocalDirectories(ExecutorSettings.localDirectories(environment.settings()::get)).sweep();
        } catch (InterruptedException e) {
            atWork.forEach(Thread::interrupt); // then they are killed without a grace
            Thread.currentThread().interrupt();
        }
    }
}
