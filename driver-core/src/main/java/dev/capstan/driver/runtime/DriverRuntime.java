package dev.capstan.driver.runtime;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.SchedulerBackendFactory;
import dev.capstan.driver.dag.DagMessage;
import dev.capstan.driver.dag.DagOperation;
import dev.capstan.driver.dag.DagScheduler;
import dev.capstan.driver.dag.DagView;
import dev.capstan.driver.dag.HoldersFound;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.job.ClusterFailedException;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.driver.job.JobProperties;
import dev.capstan.driver.job.JobRequest;
import dev.capstan.driver.job.JobRunner;
import dev.capstan.driver.scheduling.BarrierMessage;
import dev.capstan.driver.scheduling.LeaseTaskScheduler;
import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.engine.accumulator.Accumulators;
import dev.capstan.engine.broadcast.DriverBroadcasts;
import dev.capstan.engine.broadcast.PieceRequest;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.engine.protocol.Application;
import dev.capstan.engine.protocol.ApplicationRequest;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.engine.protocol.BlockRequest;
import dev.capstan.engine.protocol.FileRequest;
import dev.capstan.engine.protocol.HoldersRequest;
import dev.capstan.engine.protocol.wire.Applications;
import dev.capstan.engine.protocol.wire.Holders;
import dev.capstan.engine.protocol.wire.PieceOffers;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Fault;
import dev.capstan.kernel.actor.Journal;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.actor.StallWatch;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.kernel.rpc.StreamSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A driver that runs: the DAG scheduler, the task scheduler and the backend's logic as actors on one loop, the desk
 * where user threads wait, and the node on the transport. The one place where a driver is put together.
 */
public final class DriverRuntime implements JobRunner {
    private static final System.Logger LOG = System.getLogger(DriverRuntime.class.getName());
    private static final String NODE = "driver";
    private static final Address DAG = new Address(NODE, "dag");
    private static final Address TASKS = new Address(NODE, "tasks");
    private static final Address BACKEND = new Address(NODE, "backend");
    private static final Address DESK = new Address(NODE, "desk");
    private static final Address DOOR = new Address(NODE, "barriers");
    private static final Address HOLDERS = new Address(NODE, "holders");
    private static final Duration FETCH_DEADLINE = Duration.ofMinutes(2);
    private static final Duration SETTLES_WITHIN = Duration.ofSeconds(2);
    private static final Duration CLOSED_WITHIN = Duration.ofSeconds(20);
    private static final Duration EXPLAIN_BOUND = Duration.ofSeconds(10);
    private static final Duration STATUS_BOUND = Duration.ofSeconds(5);
    private static final Duration STALL = Duration.ofSeconds(5);

    private final DriverSettings settings;
    private final ActorLoop loop;
    private final StallWatch stallWatch;
    private final DriverNetwork network;
    private final Node node;
    private final ApplicationFiles files;
    private final SchedulerBackend backend;
    private final LineageStages stages;
    private final ReachabilityWatch reachability = new ReachabilityWatch();
    private final Accumulators accumulators;
    private final DriverBroadcasts broadcasts;
    private final JobDesk desk;
    private final BarrierDoor door;
    private final HoldersDoor holders;
    private final AtomicInteger nextJob = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** A program that is interrupted, or ends without closing its context, gives the cluster back what it holds. */
    private final Thread atExit = Thread.ofPlatform().name("capstan-driver-exit").unstarted(this::closeAtExit);

    private final CountDownLatch givenBack = new CountDownLatch(1);

    /** Why no job runs any more. */
    private volatile @Nullable JobFailedException broken;

    private DriverRuntime(DriverSettings settings, SchedulerBackendFactory factory) {
        this.settings = settings;
        this.stages =
                new LineageStages(
                        DriverKeys.perTask(settings.config()),
                        settings.lineageLimit(),
                        settings.serialization().functions(),
                        new LetGo());
        this.accumulators = new Accumulators(settings.serializer(), settings.loader());
        this.desk = new JobDesk(accumulators);
        this.loop = new ActorLoop("capstan-driver", this::sendOut, this::onFault);
        this.door = new BarrierDoor(DOOR, arrived -> loop.tell(TASKS, arrived));
        this.holders = new HoldersDoor(HOLDERS, asked -> loop.tell(DAG, asked));
        var epoch = new Epoch(1);
        String application = settings.application() + "-" + HexFormat.of().toHexDigits(new SecureRandom().nextInt());
        var hello = new Hello(Hello.PROTOCOL, application, "driver", NODE, epoch.number(), 0);
        this.network =
                factory.sharesProcess()
                        ? DriverNetwork.withinProcess(hello, new Served())
                        : DriverNetwork.betweenProcesses(
                                settings.config(), factory.sharesMachine(), hello, new Served());
        this.node = network.node();
        var environment =
                new BackendEnvironment(
                        application,
                        epoch,
                        TASKS,
                        BACKEND,
                        network.transport(),
                        network.contact(),
                        loop,
                        this::shared,
                        settings.config()::text);
        ApplicationFiles own = ApplicationFiles.NONE;
        try {
            own = factory.sharesProcess() ? own : ApplicationFiles.of(settings.loader());
            this.backend = factory.create(settings.master(), environment);
        } catch (RuntimeException e) {
            network.close();
            own.close();
            throw e;
        }
        this.files = own;
        this.broadcasts =
                new DriverBroadcasts(
                        settings.serializer(),
                        DriverKeys.broadcastCodec(settings.config()),
                        factory.sharesProcess() && DriverKeys.sharesBroadcasts(settings.config()),
                        reachability::whenUnreachable,
                        this::forget);
        var scheduling =
                DriverKeys.scheduling(
                        settings.config(), backend.maxTaskFailures(DriverKeys.maxTaskFailures(settings.config())));
        loop.host(DAG, new DagScheduler(DriverKeys.dag(settings.config()), TASKS, DESK), this::fetch, Journal.NONE);
        loop.host(TASKS, new LeaseTaskScheduler(DAG, BACKEND, epoch, scheduling), Operations.NONE, Journal.NONE);
        loop.host(BACKEND, backend.logic(), backend.operations(), Journal.NONE);
        long tidyAfter = DriverKeys.tidyAfter(settings.config());
        if (!factory.sharesProcess() && tidyAfter > 0) {
            desk.listen(new Tidying(tidyAfter, System::gc));
        }
        this.stallWatch = new StallWatch(STALL);
        stallWatch.watch(loop);
    }

    /**
     * Starts a driver.
     *
     * @param factory of the backend that the settings' master URL asks for
     * @throws IllegalArgumentException when the master URL is malformed
     */
    public static DriverRuntime start(DriverSettings settings, SchedulerBackendFactory factory) {
        factory.checkSettings(settings.config()::text);
        var runtime = new DriverRuntime(settings, factory);
        Runtime.getRuntime().addShutdownHook(runtime.atExit);
        runtime.loop.start();
        runtime.stallWatch.start();
        runtime.reachability.start();
        runtime.loop.tell(BACKEND, new BackendCommand.Start());
        return runtime;
    }

    /** Partitions of a dataset whose program does not say. */
    public int defaultParallelism() {
        return settings.parallelism() > 0 ? settings.parallelism() : backend.defaultParallelism();
    }

    /** Hears of all jobs from now on. */
    public void listen(JobListener listener) {
        desk.listen(listener);
    }

    @Override
    public String explain() throws InterruptedException {
        CompletableFuture<String> answer = desk.nextExplanation();
        loop.tell(TASKS, new SchedulingRequest.Explain());
        try {
            return answer.get(EXPLAIN_BOUND.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return "the driver has not answered within " + EXPLAIN_BOUND.toSeconds() + " s";
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public Optional<DagView> status() throws InterruptedException {
        if (broken != null) {
            return Optional.empty();
        }
        CompletableFuture<DagView> answer = desk.nextPicture();
        loop.tell(DAG, new DagMessage.TellStatus());
        try {
            return Optional.of(answer.get(STATUS_BOUND.toSeconds(), TimeUnit.SECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    @Override
    public <T, U> JobFuture<List<U>> submit(JobRequest<T, U> request) {
        var id = new JobId(nextJob.getAndIncrement());
        var job =
                new WaitingJob<U>(
                        id,
                        request.partitions().length,
                        this::read,
                        reason -> loop.tell(DAG, new DagMessage.CancelJob(id, reason)));
        desk.open(job, request);
        JobFailedException why = broken;
        if (why != null) {
            desk.fail(id, why);
            return job;
        }
        try {
            loop.tell(DAG, new DagMessage.SubmitJob(stages.plan(id, request)));
            String cancelled = job.cancelReason();
            if (cancelled != null) { // the scheduler may have heard of the end before it heard of the job
                loop.tell(DAG, new DagMessage.CancelJob(id, cancelled));
            }
        } catch (RuntimeException | StackOverflowError e) { // datasets of the user's own have a say in the plan
            desk.fail(id, new JobFailedException(String.valueOf(e.getMessage()), e));
        }
        return job;
    }

    private @Nullable Object shared(BroadcastId id) {
        return broadcasts.find(id);
    }

    private void forget(BroadcastId id) {
        loop.tell(DAG, new DagMessage.ForgetBroadcast(id));
    }

    @Override
    public DriverBroadcasts broadcasts() {
        return broadcasts;
    }

    @Override
    public Accumulators accumulators() {
        return accumulators;
    }

    @Override
    public void unpersist(DatasetId dataset) {
        loop.tell(DAG, new DagMessage.ForgetDataset(dataset));
    }

    @Override
    public void cancel(Predicate<JobProperties> chosen, String reason) {
        for (JobDesk.Waiting waiting : desk.open()) {
            if (chosen.test(waiting.request().properties())) {
                waiting.job().cancel(reason);
            }
        }
    }

    @Override
    public void cancelStage(StageId stage, String reason) {
        loop.tell(DAG, new DagMessage.CancelStage(stage, reason));
    }

    /** Fails what still runs, ends the executors and the loop. Idempotent and bounded. */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        broken = new JobFailedException("the context was stopped");
        reachability.close();
        loop.tellNow(DAG, new DagMessage.CancelAll("the context was stopped"));
        loop.tellNow(BACKEND, new BackendCommand.Stop());
        try {
            boolean unused =
                    loop.settle(SETTLES_WITHIN); // so that listeners hear of every end, and the backend of its own
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // whoever closes is in a hurry: what is not heard by now is not heard
        }
        try {
            loop.close();
            door.close("the context was stopped");
            network.admitNobody();
            backend.close();
            network.close();
            files.close();
            stallWatch.close();
        } finally {
            givenBack.countDown(); // what follows is told to the program, which may end the JVM when it hears it
        }
        desk.fail(null, new JobFailedException("the context was stopped"));
        desk.close();
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException e) {
            // the JVM is on its way out, and closed it
        }
    }

    /** Somebody else may be closing it, and would be cut off in the middle. */
    private void closeAtExit() {
        close();
        try {
            boolean unused = givenBack.await(CLOSED_WITHIN.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Object read(byte[] result) {
        return settings.serializer().deserialize(result, settings.loader());
    }

    /** Brings large results, each on a thread of its own, because their executors may take long to answer. */
    private void fetch(Operation operation, Consumer<Message> reply) {
        switch ((DagOperation) operation) {
            case DagOperation.FetchResult fetch ->
                    Thread.ofVirtual().name("fetch-" + fetch.block()).start(() -> reply.accept(fetched(fetch)));
        }
    }

    private DagMessage fetched(DagOperation.FetchResult fetch) {
        try {
            return new DagMessage.ResultFetched(fetch, bytesOf(fetch), "");
        } catch (Throwable e) { // without an answer the job would wait for ever
            return new DagMessage.ResultFetched(fetch, null, String.valueOf(e.getMessage()));
        }
    }

    /** In one message, or as a stream when one message does not hold it. */
    private byte[] bytesOf(DagOperation.FetchResult fetch) throws IOException {
        String executor = fetch.executor().name();
        var request = new BlockRequest(fetch.block());
        try {
            return node.request(executor, request, FETCH_DEADLINE);
        } catch (RpcException e) {
            if (e.kind() != RpcException.Kind.TOO_LARGE) {
                throw e;
            }
        }
        try (InputStream stream = node.open(executor, request, FETCH_DEADLINE)) {
            return stream.readAllBytes();
        }
    }

    private void sendOut(Address from, Address to, Message message) {
        if (to.equals(DESK) && message instanceof JobEvent event) {
            desk.accept(event);
        } else if (to.equals(DOOR) && message instanceof BarrierMessage.Answered answered) {
            door.answer(answered);
        } else if (to.equals(HOLDERS) && message instanceof HoldersFound found) {
            holders.answer(found);
        } else {
            node.send(from, to, message);
        }
    }

    /** One of the actors is gone: nothing can be trusted any more, so every job fails and says so. */
    private void onFault(Fault fault) {
        JobFailedException why =
                fault.cause() instanceof ClusterFailedException told
                        ? told
                        : new JobFailedException(
                                "an internal error ended the driver ("
                                        + fault.actor()
                                        + ": "
                                        + fault.cause()
                                        + "); its last messages are in the log; please report it",
                                fault.cause());
        broken = why;
        LOG.log(System.Logger.Level.ERROR, why.getMessage());
        desk.fail(null, why);
        door.close(why.getMessage());
    }

    /** Has driver and executors forget what the program does not refer to any more. */
    private final class LetGo implements LineageStages.Watch {
        @Override
        public void shuffle(ShuffleDependency<?, ?, ?> dependency) {
            ShuffleId id = dependency.shuffle();
            reachability.whenUnreachable(
                    dependency,
                    () -> {
                        stages.letGo();
                        loop.tell(DAG, new DagMessage.ForgetShuffle(id));
                    });
        }

        @Override
        public void persistent(Lineage<?> dataset) {
            DatasetId id = dataset.id();
            reachability.whenUnreachable(dataset, () -> loop.tell(DAG, new DagMessage.ForgetDataset(id)));
        }
    }

    private final class Served implements Receiver {
        @Override
        public void receive(Address to, Message message) {
            loop.tellNow(to, message);
        }

        @Override
        public boolean isBusy() {
            return loop.isFull();
        }

        @Override
        public byte[] serve(Message request) throws IOException {
            if (request instanceof PieceRequest pieces) {
                return PieceOffers.toBytes(broadcasts.offer(pieces));
            }
            if (request instanceof HoldersRequest(var block)) {
                return Holders.toBytes(holders.ask(block));
            }
            if (request instanceof BarrierRequest barrier) {
                return door.serve(barrier);
            }
            if (request instanceof ApplicationRequest) {
                return Applications.toBytes(new Application(settings.given(), files.files()));
            }
            throw new IOException("the driver does not serve " + request.trace());
        }

        @Override
        public void stream(Message request, StreamSink to) throws IOException {
            if (request instanceof FileRequest(var sha256)) {
                files.write(sha256, to);
            } else {
                Receiver.super.stream(request, to);
            }
        }
    }
}
