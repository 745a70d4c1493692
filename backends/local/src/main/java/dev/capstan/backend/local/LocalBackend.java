package dev.capstan.backend.local;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.fixed.FixedExecutors;
import dev.capstan.driver.backend.fixed.FixedMessage;
import dev.capstan.driver.backend.fixed.FixedOperation;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.executor.ExecutorRuntime;
import dev.capstan.executor.ExecutorSettings;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.resource.Resources;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Runs an executor within the driver's process, on the driver's loop and the in-memory transport. */
final class LocalBackend implements SchedulerBackend {
    private static final String HOST = "localhost";

    private final LocalUrl url;
    private final BackendEnvironment environment;
    private final ExecutorSettings executorSettings;
    private final FixedExecutors logic;
    private final Map<LeaseId, ExecutorRuntime> executors = new ConcurrentHashMap<>();

    LocalBackend(LocalUrl url, BackendEnvironment environment) {
        this.url = url;
        this.environment = environment;
        this.executorSettings = ExecutorSettings.from(environment.settings()::get);
        this.logic = new FixedExecutors("local", HOST, 1, Resources.cpus(url.cores()), environment.driver());
    }

    @Override
    public Actor<BackendMessage> logic() {
        return logic;
    }

    @Override
    public Operations operations() {
        return (operation, _) -> {
            switch ((FixedOperation) operation) {
                case FixedOperation.StartExecutor(var lease) -> startExecutor(lease);
                case FixedOperation.StopExecutor(var id) -> stopExecutor(id);
            }
        };
    }

    private void startExecutor(Lease lease) {
        executors.put(
                lease.id(),
                ExecutorRuntime.start(
                        executorSettings.spec(
                                lease.executor(),
                                lease.id(),
                                lease.host(),
                                lease.resources(),
                                environment.application(),
                                environment.epoch(),
                                environment.driver()),
                        environment.shared(),
                        environment.transport(),
                        environment.loop(),
                        reason -> onEnd(lease.id(), reason)));
    }

    /** It has closed itself; what it cached must not be kept on its account. */
    private void onEnd(LeaseId id, String reason) {
        executors.remove(id);
        environment.loop().tellNow(environment.self(), new FixedMessage.ExecutorEnded(id, LossReason.KILLED, reason));
    }

    /** How many executors have not ended; for tests. */
    int executors() {
        return executors.size();
    }

    private void stopExecutor(LeaseId id) {
        ExecutorRuntime executor = executors.remove(id);
        if (executor != null) {
            executor.close();
        }
    }

    @Override
    public int defaultParallelism() {
        return url.cores();
    }

    /** A laptop's task that fails is not tried again unless the URL says so: the cause is not a bad machine. */
    @Override
    public int maxTaskFailures(int configured) {
        return url.maxFailures() == 0 ? 1 : url.maxFailures();
    }

    @Override
    public void close() {
        executors.keySet().forEach(this::stopExecutor);
    }
}
