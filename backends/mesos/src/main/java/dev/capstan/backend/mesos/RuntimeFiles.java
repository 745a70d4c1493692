package dev.capstan.backend.mesos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The jars that an executor runs with, served to agents over HTTP, so that nothing of Capstan need be installed there.
 * Their addresses hold a token that only our own tasks are told; nothing else is served.
 */
final class RuntimeFiles implements AutoCloseable {
    private static final int TOKEN_BYTES = 16;

    /** What would mean something in an address, or to a fetcher's shell. */
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9._-]");

    private final List<Fetched> fetched;
    private final String classPath;
    private final @Nullable Server server;

    /**
     * A file that agents fetch.
     *
     * @param uri where
     * @param name that it gets
     */
    record Fetched(String uri, String name) {}

    private record Server(HttpServer http, ExecutorService threads) {}

    private RuntimeFiles(List<Fetched> fetched, String classPath, @Nullable Server server) {
        this.fetched = List.copyOf(fetched);
        this.classPath = classPath;
        this.server = server;
    }

    /** For agents on this machine. */
    static RuntimeFiles ofThisJvm() {
        String absolute =
                Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator));
        return new RuntimeFiles(List.of(), absolute, null);
    }

    /** Files that are on every agent. */
    static RuntimeFiles installedIn(String home) {
        return new RuntimeFiles(List.of(), home + "/*", null);
    }

    /**
     * Serves the class path of this JVM.
     *
     * @param host by which agents reach this machine
     */
    static RuntimeFiles serve(String host) throws IOException {
        return serve(host, System.getProperty("java.class.path"));
    }

    static RuntimeFiles serve(String host, String classPath) throws IOException {
        var http = HttpServer.create(new InetSocketAddress(host, 0), 0);
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        String path = "/" + HexFormat.of().formatHex(token) + "/";
        Map<String, Path> files = new LinkedHashMap<>();
        List<Fetched> fetched = new ArrayList<>();
        for (Path file : ClassPath.files(classPath)) {
            String name = "capstan-" + files.size() + "-" + UNSAFE.matcher(jarName(file)).replaceAll("_");
            files.put(path + name, file);
            fetched.add(new Fetched("http://" + authority(host, http.getAddress().getPort()) + path + name, name));
        }
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        http.setExecutor(threads);
        http.createContext("/", exchange -> answer(exchange, files));
        // The server's own thread takes after who starts it; it must not keep a program alive that has failed.
        CompletableFuture.runAsync(http::start, threads).join();
        String there = fetched.stream().map(Fetched::name).collect(Collectors.joining(":"));
        return new RuntimeFiles(fetched, there, new Server(http, threads));
    }

    private static String authority(String host, int port) {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    private static String jarName(Path file) {
        String name = String.valueOf(file.getFileName());
        return Files.isDirectory(file) ? name + ".jar" : name;
    }

    private static void answer(HttpExchange exchange, Map<String, Path> files) throws IOException {
        try (exchange) {
            Path file = files.get(exchange.getRequestURI().getPath());
            String method = exchange.getRequestMethod();
            if (file == null) {
                exchange.sendResponseHeaders(404, -1);
            } else if (method.equals("HEAD")) {
                answerHead(exchange, file);
            } else if (!method.equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
            } else if (Files.isDirectory(file)) {
                exchange.sendResponseHeaders(200, 0);
                try (OutputStream body = exchange.getResponseBody()) {
                    writeJar(file, body);
                }
            } else {
                exchange.sendResponseHeaders(200, Files.size(file));
                try (OutputStream body = exchange.getResponseBody()) {
                    Files.copy(file, body);
                }
            }
        }
    }

    /** Fetchers ask for the length when they are to keep a file; that of a jar not made yet is not known. */
    private static void answerHead(HttpExchange exchange, Path file) throws IOException {
        if (!Files.isDirectory(file)) {
            exchange.getResponseHeaders().set("Content-Length", Long.toString(Files.size(file)));
        }
        exchange.sendResponseHeaders(200, -1);
    }

    /** Classes that were built into a directory, as a jar: an agent fetches files. */
    private static void writeJar(Path directory, OutputStream to) throws IOException {
        try (var jar = new JarOutputStream(to);
                Stream<Path> files = Files.walk(directory)) {
            files.filter(Files::isRegularFile)
                    .forEach(file -> {
                        try {
                            jar.putNextEntry(new JarEntry(directory.relativize(file).toString()));
                            Files.copy(file, jar);
                            jar.closeEntry();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    List<Fetched> fetched() {
        return fetched;
    }

    /** As it is seen from an executor's sandbox. */
    String classPath() {
        return classPath;
    }

    @Override
    public void close() {
        if (server != null) {
            server.http().stop(0);
            server.threads().shutdownNow();
        }
    }
}
