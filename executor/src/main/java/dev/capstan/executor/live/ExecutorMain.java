package dev.capstan.executor.live;

import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.execution.ApplicationLoader;
import dev.capstan.engine.protocol.Application;
import dev.capstan.engine.protocol.Application.ClassFile;
import dev.capstan.engine.protocol.ApplicationRequest;
import dev.capstan.engine.protocol.FileRequest;
import dev.capstan.engine.protocol.wire.Applications;
import dev.capstan.engine.protocol.wire.ExecutorForms;
import dev.capstan.executor.ExecutorRuntime;
import dev.capstan.executor.ExecutorSettings;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigTable;
import dev.capstan.kernel.file.PrivateDirectory;
import dev.capstan.kernel.log.LogKeys;
import dev.capstan.kernel.log.Logging;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.socket.SocketSettings;
import dev.capstan.kernel.rpc.socket.SocketTransport;

import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The process of an executor. It asks its driver what it works with, registers, and ends when the driver says so. */
public final class ExecutorMain {
    private static final System.Logger LOG = System.getLogger(ExecutorMain.class.getName());

    /** Less than whoever has started the process waits before it kills it. */
    private static final int CLOSE_SECONDS = 3;

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration FILES_KEPT = Duration.ofDays(7);
    private static final long LOG_BYTES = 16L << 20;

    /**
     * @param inOrder whether nobody will want to read the log
     */
    private record Ending(int code, boolean inOrder, String reason) {
        static Ending asTold(String reason) {
            return new Ending(ExecutorExit.ENDED, true, reason);
        }

        static Ending of(Throwable fault) {
            int code = fault instanceof OutOfMemoryError ? ExecutorExit.OUT_OF_MEMORY : ExecutorExit.FAILED;
            return new Ending(code, false, "an internal error ended it: " + fault);
        }
    }

    private ExecutorMain() {}

    public static void main(String[] arguments) {
        ExecutorOrigin origin;
        try {
            origin = ExecutorOrigin.parse(arguments, System.getenv());
        } catch (IllegalArgumentException e) {
            System.err.println(
                    "capstan executor: " + e.getMessage() + "; executors are started by masters and drivers");
            System.exit(ExecutorExit.MISUSED);
            return;
        }
        var logs = new LogDirectory(origin.logs());
        writeTo(logs);
        Ending ending = run(origin);
        if (ending.inOrder()) {
            logs.remove();
        }
        System.exit(ending.code());
    }

    /** From now on all that is printed goes there, of the program as well. */
    private static void writeTo(LogDirectory logs) {
        try {
            var log = new PrintStream(new RotatingLog(logs.log(), LOG_BYTES), true, StandardCharsets.UTF_8);
            System.setOut(log);
            System.setErr(log);
        } catch (IOException e) {
            System.err.println("cannot write " + logs.log() + ", so this is the log: " + e.getMessage());
        }
    }

    private static Ending run(ExecutorOrigin origin) {
        SocketSettings network =
                origin.place()
                        .listening(SocketSettings.loopback(origin.secret()))
                        .withEncryption(origin.encrypted())
                        .withContacts(Map.of(origin.driver().node(), origin.driverAt()));
        try (var transport = new SocketTransport(network, ExecutorForms.ALL)) {
            Application application = ask(origin, transport);
            return serve(origin, transport, application);
        } catch (IOException
                | RuntimeException
                | Error e) { // the edge of the main thread: nothing may be lost in silence
            LOG.log(System.Logger.Level.ERROR, origin.id() + " cannot go on", e);
            sweepTemporary();
            return ExecutorProcess.isOrphan() // its driver was killed before the two had met: nobody will read the log
                    ? Ending.asTold("whoever started it is gone")
                    : Ending.of(e);
        }
    }

    /** By a node of its own, which is gone before the executor's own node joins. */
    private static Application ask(ExecutorOrigin origin, SocketTransport transport) throws IOException {
        try (Node node = startNode(origin, transport)) {
            return Applications.fromBytes(node.request(origin.driver().node(), new ApplicationRequest(), PATIENCE));
        }
    }

    private static Node startNode(ExecutorOrigin origin, SocketTransport transport) {
        String name = origin.id().name() + "-start";
        return transport.join(
                new Hello(Hello.PROTOCOL, origin.application(), "executor", name, origin.epoch().number(), 0),
                (_, _) -> {});
    }

    private static Ending serve(ExecutorOrigin origin, SocketTransport transport, Application application)
            throws IOException {
        Config config = config(application);
        Logging.install(config.get(LogKeys.LEVEL), () -> System.err);
        List<Path> directories = ExecutorSettings.localDirectories(config::text);
        ClassLoader loader = loader(origin, transport, application, directories);
        ExecutorSettings settings = ExecutorSettings.from(config::text, loader);
        Thread.currentThread().setContextClassLoader(loader);
        var ended = new CompletableFuture<Ending>();
        var closed = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(() -> endInOrder(ended, closed)));
        try (var loop =
                        new ActorLoop(
                                origin.id().name(),
                                (_, _, _) -> {},
                                fault -> ended.complete(Ending.of(fault.cause())));
                ExecutorRuntime _ =
                        ExecutorRuntime.start(
                                settings.spec(
                                        origin.id(),
                                        origin.lease(),
                                        origin.place().host(),
                                        origin.resources(),
                                        origin.application(),
                                        origin.epoch(),
                                        origin.driver()),
                                transport,
                                loop,
                                reason -> ended.complete(Ending.asTold(reason)))) {
            loop.start();
            LOG.log(System.Logger.Level.INFO, "{0} works for {1}", origin.id(), origin.application());
            Ending ending = ended.join();
            LOG.log(System.Logger.Level.INFO, "{0} ends: {1}", origin.id(), ending.reason());
            sweep(settings);
            return ending;
        } finally {
            closed.countDown();
        }
    }

    /**
     * A driver that was killed has left its files. Those who worked for it are the first to know, and there may be
     * nobody after them.
     */
    private static void sweep(ExecutorSettings settings) {
        new LocalDirectories(settings.stores().localDirectories()).sweep();
        sweepTemporary();
    }

    /** All that a driver has which was killed before it could tell its settings. */
    private static void sweepTemporary() {
        PrivateDirectory.sweep(Path.of(System.getProperty("java.io.tmpdir")));
    }

    /** On a signal: what it keeps in files goes with it. */
    private static void endInOrder(CompletableFuture<Ending> ended, CountDownLatch closed) {
        ended.complete(new Ending(ExecutorExit.ENDED, false, "the process was told to end"));
        try {
            boolean unused = closed.await(CLOSE_SECONDS, TimeUnit.SECONDS); // what is left, the next executor sweeps
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Of the driver's settings those that a process without a driver knows; the others are the driver's affair. */
    private static Config config(Application application) {
        ConfigTable table = ConfigTable.load();
        Config.Builder builder = Config.builder(table);
        for (ConfigKey<?> key : table.keys()) {
            String text = application.settings().get(key.name());
            if (text != null) {
                builder.set(key.name(), text, "driver");
            }
        }
        return builder.build();
    }

    /**
     * Finds the classes of the program before ours.
     *
     * @param directories below the first usable of which jars are kept, for all executors of this machine
     */
    private static ClassLoader loader(
            ExecutorOrigin origin, SocketTransport transport, Application application, List<Path> directories)
            throws IOException {
        if (application.classPath().isEmpty()) {
            return ExecutorMain.class.getClassLoader();
        }
        FileCache cache = FileCache.in(LocalDirectories.firstUsable(directories));
        cache.sweep(Instant.now().minus(FILES_KEPT));
        List<URL> jars = new ArrayList<>();
        try (Node node = startNode(origin, transport)) {
            for (ClassFile file : application.classPath()) {
                Path jar =
                        cache.find(
                                file,
                                missing ->
                                        node.open(origin.driver().node(), new FileRequest(missing.sha256()), PATIENCE));
                jars.add(jar.toUri().toURL());
            }
        }
        return new ApplicationLoader(jars, ExecutorMain.class.getClassLoader());
    }
}
