package dev.capstan.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One real ZooKeeper server in a process of its own, which can be killed, stopped and started again on its data. Its
 * jars must be on the class path of the test.
 */
public final class ZooKeeperProcess implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(60);
    private static final int CONNECT_MILLIS = 1_000;

    private final Path directory;
    private final int port;
    private Process process;

    private ZooKeeperProcess(Path directory, int port) throws IOException {
        this.directory = directory;
        this.port = port;
        this.process = begin();
    }

    /** Starts a server that keeps its data in the directory, and waits until it serves. */
    public static ZooKeeperProcess start(Path directory) throws IOException {
        Files.createDirectories(directory);
        var server = new ZooKeeperProcess(directory, freePort());
        server.awaitServing();
        return server;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private Process begin() throws IOException {
        Path config = directory.resolve("zoo.cfg");
        Files.write(
                config,
                List.of(
                        "dataDir=" + directory.resolve("data"),
                        "clientPort=" + port,
                        "clientPortAddress=127.0.0.1",
                        "tickTime=500",
                        "admin.enableServer=false",
                        "4lw.commands.whitelist=*"));
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "org.apache.zookeeper.server.quorum.QuorumPeerMain",
                        config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
                .start();
    }

    private void awaitServing() throws IOException {
        if (!Await.until(() -> !process.isAlive() || serves(), BOUND) || !process.isAlive()) {
            String log = Files.readString(directory.resolve("log"));
            close();
            throw new IOException("ZooKeeper did not start: " + log);
        }
    }

    private boolean serves() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            socket.setSoTimeout(CONNECT_MILLIS);
            socket.getOutputStream().write("ruok".getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).equals("imok");
        } catch (IOException e) {
            return false;
        }
    }

    /** {@code host:port}, for clients. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** Ends it at once, as a power cut would. */
    public void kill() {
        process.destroyForcibly();
        try {
            if (!process.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("ZooKeeper does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it again, on its data and its port. */
    public void startAgain() throws IOException {
        kill();
        process = begin();
        awaitServing();
    }

    /** Sends a signal, such as STOP or CONT. */
    public void signal(String name) throws IOException, InterruptedException {
        int exit = new ProcessBuilder(List.of("kill", "-" + name, String.valueOf(pid()))).start().waitFor();
        if (exit != 0) {
            throw new IOException("kill -" + name + " " + pid() + " ended with " + exit);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
