package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.ClusterFault;
import dev.capstan.driver.backend.DriverContact;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.job.ClusterFailedException;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.executor.live.ExecutorOrigin;
import dev.capstan.executor.live.ExecutorPlace;
import dev.capstan.executor.live.ProcessSettings;
import dev.capstan.ha.EpochStore;
import dev.capstan.ha.FileEpochStore;
import dev.capstan.ha.MemoryEpochStore;
import dev.capstan.ha.Term;
import dev.capstan.ha.TermJournal;
import dev.capstan.ha.zookeeper.ZooKeeperEpochStore;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Entry;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.mesos.master.MasterLink;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.operator.Surroundings;
import dev.capstan.mesos.scheduler.FrameworkConfig;
import dev.capstan.mesos.scheduler.FrameworkEntry;
import dev.capstan.mesos.scheduler.FrameworkRecovery;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.FrameworkUser;
import dev.capstan.mesos.scheduler.MasterOperation;

import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A program as a framework on Mesos. Two actors on the driver's loop: {@link CoarseExecutors} knows which executors are
 * to be, {@link FrameworkScheduler} gets them from the master.
 */
final class MesosBackend implements SchedulerBackend {
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(5);
    private static final String FRAMEWORK = "mesos-framework";
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final BackendEnvironment environment;
    private final DriverContact contact;
    private final MesosSettings settings;
    private final CoarseExecutors logic;
    private final EpochStore store;
    private final TermJournal<FrameworkEntry> journal;
    private final MasterLink link;
    private final RuntimeFiles files;
    private final ExecutorTask task;
    private final CountDownLatch hungUp = new CountDownLatch(1);

    /**
     * @param agentsAreHere whether every agent finds this JVM's class path where this JVM does
     */
    MesosBackend(MasterPlace place, MesosSettings settings, BackendEnvironment environment, boolean agentsAreHere) {
        this.environment = environment;
        this.settings = settings;
        this.contact = Objects.requireNonNull(environment.contact(), "executors in other processes need a way here");
        var framework = new Address(environment.self().node(), FRAMEWORK);
        this.store = store(settings.store());
        RuntimeFiles served = null;
        try {
            Term term = take();
            List<FrameworkEntry> book = FrameworkRecovery.recover(term);
            served = files(agentsAreHere); // after the store, which may be unusable
            this.files = served;
            this.journal = FrameworkRecovery.journal(term, book, FRAMEWORK);
            this.task =
                    new ExecutorTask(settings, files, ProcessSettings.from(environment.settings()::get).javaOptions());
            this.logic = new CoarseExecutors(coarse(term.epoch()), environment.driver(), framework);
            var scheduler =
                    new FrameworkScheduler(
                            new FrameworkConfig(
                                    settings.framework(environment.application()),
                                    settings.offerConstraints(),
                                    FrameworkConfig.Timing.USUAL.withConnectPatience(settings.master().connect()),
                                    wallOffsetNanos(),
                                    new SecureRandom().nextLong()),
                            new FrameworkUser(environment.self(), CoarseMessage.Said::new),
                            book);
            this.link =
                    new MasterLink(
                            place,
                            settings.master().access(),
                            new Surroundings(place, settings.master().access()),
                            message -> environment.loop().tell(framework, message));
            environment.loop().host(framework, scheduler, noting(link), this::append);
        } catch (IOException | RuntimeException e) {
            store.close();
            if (served != null) {
                served.close();
            }
            throw e instanceof RuntimeException unchecked
                    ? unchecked
                    : new UncheckedIOException(
                            "the program cannot be prepared for Mesos: " + e.getMessage(), (IOException) e);
        }
    }

    private RuntimeFiles files(boolean agentsAreHere) throws IOException {
        if (agentsAreHere) {
            return RuntimeFiles.ofThisJvm();
        }
        String home = settings.task().home();
        return home.isEmpty() ? RuntimeFiles.serve(contact.at().getHostString()) : RuntimeFiles.installedIn(home);
    }

    private static EpochStore store(String where) {
        if (where.isEmpty()) {
            return new MemoryEpochStore();
        }
        return where.startsWith("zk://")
                ? new ZooKeeperEpochStore(ZooKeeperPlace.parse(where))
                : new FileEpochStore(Path.of(where));
    }

    private Term take() {
        try {
            return store.take();
        } catch (ConnectException e) {
            throw new ClusterFailedException(ClusterFault.UNREACHABLE, MesosKeys.STORE.name() + ": " + e.getMessage());
        } catch (IOException e) {
            throw new ConfigException(MesosKeys.STORE.name() + " " + store + " cannot be used: " + e.getMessage());
        }
    }

    private void append(Entry entry, Consumer<@Nullable Throwable> done) {
        journal.append(
                entry,
                failure ->
                        done.accept(
                                switch (failure) {
                                    case IOException e -> unwritable(store, e);
                                    case UncheckedIOException e -> unwritable(store, e);
                                    case null, default -> failure; // a bug, which must not pass for a full disk
                                }));
    }

    /** The driver ends by it, without being at fault: the disk may be full, or another program may have the store. */
    static ClusterFailedException unwritable(EpochStore store, Exception failure) {
        return new ClusterFailedException(
                ClusterFault.UNUSABLE,
                MesosKeys.STORE.name() + " " + store + " cannot be written any more: " + failure.getMessage());
    }

    private static long wallOffsetNanos() {
        Instant now = Instant.now();
        return now.getEpochSecond() * NANOS_PER_SECOND + now.getNano() - System.nanoTime();
    }

    /** Notes when the framework has said its last word. */
    private Operations noting(MasterLink carrier) {
        return (operation, reply) -> {
            carrier.perform(operation, reply);
            if (operation instanceof MasterOperation.HangUp) {
                hungUp.countDown();
            }
        };
    }

    private CoarseConfig coarse(long epoch) {
        return new CoarseConfig(
                environment.application() + "-" + epoch + "-executor-",
                settings.role(),
                settings.size().lease(),
                settings.needs(),
                settings.constraints(),
                settings.count(),
                settings.unreachable(),
                this::template);
    }

    private TaskInfo template(String executor) {
        return task.template(
                new ExecutorOrigin(
                        new ExecutorId(executor),
                        new LeaseId(executor),
                        ExecutorPlace.at("agent"),
                        settings.size().lease(),
                        environment.application(),
                        environment.epoch(),
                        environment.driver(),
                        contact.at(),
                        contact.encrypted(),
                        contact.secret(),
                        Path.of("logs")));
    }

    @Override
    public Actor<BackendMessage> logic() {
        return logic;
    }

    @Override
    public Operations operations() {
        return Operations.NONE;
    }

    @Override
    public int defaultParallelism() {
        return Math.max(2, settings.count().most() * settings.size().cores());
    }

    @Override
    public void close() {
        try {
            boolean unused = hungUp.await(CLOSE_BOUND.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the rest is quick
        }
        link.close();
        journal.close();
        store.close();
        files.close();
    }
}
