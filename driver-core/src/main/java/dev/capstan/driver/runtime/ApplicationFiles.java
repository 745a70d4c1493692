package dev.capstan.driver.runtime;

import dev.capstan.engine.protocol.Application.ClassFile;
import dev.capstan.kernel.file.PrivateDirectory;
import dev.capstan.kernel.rpc.StreamSink;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The program's own classes, for executors in other processes: what its class loader has beyond the class path that the
 * driver's JVM was started with. Directories of classes travel as jars.
 */
final class ApplicationFiles implements AutoCloseable {
    static final ApplicationFiles NONE = new ApplicationFiles();

    private final List<ClassFile> files = new ArrayList<>();
    private final Map<String, Path> byHash = new LinkedHashMap<>();
    private @Nullable PrivateDirectory packed;

    /**
     * @throws UncheckedIOException when one of them cannot be read
     * @throws IllegalArgumentException when one of them is no file
     */
    static ApplicationFiles of(ClassLoader loader) {
        var files = new ApplicationFiles();
        try {
            files.addAll(loader);
            return files;
        } catch (RuntimeException e) {
            files.close();
            throw e;
        }
    }

    private void addAll(ClassLoader loader) {
        for (ClassLoader each = loader; each != null; each = each.getParent()) {
            if (each instanceof URLClassLoader jars) {
                for (URL url : jars.getURLs()) {
                    add(url);
                }
            }
        }
    }

    private void add(URL url) {
        try {
            Path path = Path.of(url.toURI());
            if (!Files.exists(path)) {
                return; // as class loaders treat it
            }
            Path jar = Files.isDirectory(path) ? packed(path) : path;
            String hash = hash(jar);
            byHash.put(hash, jar);
            files.add(new ClassFile(path.getFileName().toString(), hash, Files.size(jar)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the program's classes at " + url, e);
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            throw new IllegalArgumentException("the program's classes are at " + url + ", which is no file", e);
        }
    }

    /** In a directory that goes with the driver, or that whoever comes after a killed one removes. */
    private Path packed(Path directory) throws IOException {
        if (packed == null) {
            packed = PrivateDirectory.in(Path.of(System.getProperty("java.io.tmpdir")));
        }
        Path jar = packed.path().resolve("classes-" + files.size() + ".jar");
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.filter(Files::isRegularFile).sorted().toList()) {
                var entry = new JarEntry(directory.relativize(file).toString().replace('\\', '/'));
                entry.setTime(0); // the same classes have the same hash
                out.putNextEntry(entry);
                Files.copy(file, out);
                out.closeEntry();
            }
        }
        return jar;
    }

    private static String hash(Path file) throws IOException {
        try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), MessageDigest.getInstance("SHA-256"))) {
            Files.copy(file, out);
            return HexFormat.of().formatHex(out.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    List<ClassFile> files() {
        return List.copyOf(files);
    }

    void write(String sha256, StreamSink to) throws IOException {
        Path file = byHash.get(sha256);
        if (file == null) {
            throw new IOException("the application has no file with the hash " + sha256);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            to.write(channel, 0, channel.size());
        }
    }

    @Override
    public void close() {
        if (packed != null) {
            packed.close();
        }
    }
}
