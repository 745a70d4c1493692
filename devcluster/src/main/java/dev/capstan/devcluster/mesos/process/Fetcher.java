package dev.capstan.devcluster.mesos.process;

import org.apache.mesos.v1.Protos.CommandInfo;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** Brings what a command needs into its sandbox: from files and from HTTP, unpacked, and executable if asked. */
final class Fetcher {
    private static final Duration BOUND = Duration.ofMinutes(5);
    private static final List<String> TAR = List.of(".tar", ".tgz", ".tar.gz", ".tbz2", ".tar.bz2", ".txz", ".tar.xz");

    private Fetcher() {}

    /**
     * Fetches one after the other.
     *
     * @throws IOException when one of them cannot be had
     */
    static void fetch(List<CommandInfo.URI> uris, Path sandbox) throws IOException, InterruptedException {
        if (uris.isEmpty()) {
            return;
        }
        try (HttpClient client =
                HttpClient.newBuilder()
                        .followRedirects(HttpClient.Redirect.NORMAL)
                        .connectTimeout(Duration.ofSeconds(10))
                        .build()) {
            for (CommandInfo.URI uri : uris) {
                fetch(uri, sandbox, client);
            }
        }
    }

    private static void fetch(CommandInfo.URI uri, Path sandbox, HttpClient client)
            throws IOException, InterruptedException {
        String from = uri.getValue();
        Path target = target(uri, sandbox);
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        if (from.startsWith("http://") || from.startsWith("https://")) {
            download(from, target, client);
        } else {
            Path file = Path.of(from.startsWith("file://") ? from.substring("file://".length()) : from);
            Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
        if (uri.getExecutable()) {
            if (!target.toFile().setExecutable(true, false)) {
                throw new IOException(target + " cannot be made executable");
            }
        } else if (uri.getExtract()) {
            extract(target, sandbox);
        }
    }

    private static Path target(CommandInfo.URI uri, Path sandbox) throws IOException {
        String name = uri.getOutputFile();
        if (name.isEmpty()) {
            String path = uri.getValue().split("[?#]", 2)[0];
            name = path.substring(path.lastIndexOf('/') + 1);
        }
        return inside(sandbox, name);
    }

    /** Nothing may be written beside the sandbox. */
    private static Path inside(Path sandbox, String name) throws IOException {
        Path path = sandbox.resolve(name).normalize();
        if (name.isEmpty() || !path.startsWith(sandbox) || path.equals(sandbox)) {
            throw new IOException("'" + name + "' is no name for a file in the sandbox");
        }
        return path;
    }

    private static void download(String from, Path target, HttpClient client) throws IOException, InterruptedException {
        HttpResponse<Path> response =
                client.send(
                        HttpRequest.newBuilder(URI.create(from)).timeout(BOUND).build(),
                        HttpResponse.BodyHandlers.ofFile(target));
        if (response.statusCode() != 200) {
            throw new IOException(from + " is answered with " + response.statusCode());
        }
    }

    private static void extract(Path file, Path sandbox) throws IOException, InterruptedException {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        if (TAR.stream().anyMatch(name::endsWith)) {
            untar(file, sandbox);
        } else if (name.endsWith(".zip")) {
            unzip(file, sandbox);
        } else if (name.endsWith(".gz")) {
            String plain = String.valueOf(file.getFileName());
            try (InputStream in = new GZIPInputStream(Files.newInputStream(file))) {
                Files.copy(
                        in,
                        inside(sandbox, plain.substring(0, plain.length() - ".gz".length())),
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void untar(Path file, Path sandbox) throws IOException, InterruptedException {
        Process tar =
                new ProcessBuilder("tar", "-C", sandbox.toString(), "-xf", file.toString())
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(sandbox.resolve("stderr").toFile()))
                        .start();
        try {
            if (!tar.waitFor(BOUND.toSeconds(), TimeUnit.SECONDS) || tar.exitValue() != 0) {
                throw new IOException(file + " cannot be unpacked");
            }
        } finally {
            tar.destroyForcibly();
        }
    }

    private static void unzip(Path file, Path sandbox) throws IOException {
        try (var zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path target = inside(sandbox, entry.getName());
                if (entry.isDirectory()) {
                    Files.createDirectories(target);
                } else {
                    Path parent = target.getParent();
                    if (parent != null) {
                        Files.createDirectories(parent);
                    }
                    Files.copy(zip, target, StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
