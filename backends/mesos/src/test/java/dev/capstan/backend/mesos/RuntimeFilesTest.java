package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.File;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

@Tag("live")
@Timeout(60)
class RuntimeFilesTest {
    private static final String HOST = "127.0.0.1";

    @TempDir private Path directory;

    @Test
    void namesThatAreNoAddressesAreServedUnderNamesThatAre() throws IOException, InterruptedException {
        List<Path> jars = new ArrayList<>();
        for (String name : List.of("my app.jar", "100%41#1?.jar", "größe'\"$(x).jar")) {
            jars.add(Files.writeString(directory.resolve(name), "all of " + name));
        }
        try (RuntimeFiles files = serve(jars)) {
            assertThat(files.fetched()).hasSize(3);
            for (int i = 0; i < jars.size(); i++) {
                RuntimeFiles.Fetched file = files.fetched().get(i);
                assertThat(file.name()).matches("[A-Za-z0-9._-]+").endsWith(".jar");
                assertThat(file.uri()).endsWith("/" + file.name());
                assertThat(ask("GET", file.uri()).body()).isEqualTo("all of " + jars.get(i).getFileName());
            }
        }
    }

    @Test
    void aProgramThatFailsWithoutClosingIsNotKeptAlive() throws IOException {
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        try (RuntimeFiles files = serve(List.of(Files.writeString(directory.resolve("a.jar"), "jar")))) {
            assertThat(files.fetched()).hasSize(1);
            assertThat(Thread.getAllStackTraces().keySet())
                    .filteredOn(thread -> !before.contains(thread))
                    .isNotEmpty()
                    .allMatch(Thread::isDaemon);
        }
    }

    @Test
    void whoAsksForTheHeadGetsTheLengthAndWhoPostsGetsNothing() throws IOException, InterruptedException {
        try (RuntimeFiles files = serve(List.of(Files.writeString(directory.resolve("a.jar"), "12345")))) {
            String uri = files.fetched().getFirst().uri();
            HttpResponse<String> head = ask("HEAD", uri);
            assertThat(head.statusCode()).isEqualTo(200);
            assertThat(head.headers().firstValue("Content-Length")).hasValue("5");
            assertThat(ask("POST", uri).statusCode()).isEqualTo(405);
            assertThat(ask("GET", uri).body()).isEqualTo("12345");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "/..", "/../secret", "/%2e%2e/secret", "/..%2fsecret", "/a.jar/../../secret"})
    void nothingElseIsServed(String path) throws IOException, InterruptedException {
        Files.writeString(directory.resolve("secret"), "secret");
        try (RuntimeFiles files = serve(List.of(Files.writeString(directory.resolve("a.jar"), "jar")))) {
            String uri = files.fetched().getFirst().uri();
            HttpResponse<String> answer = ask("GET", uri.substring(0, uri.lastIndexOf('/')) + path);
            assertThat(answer.statusCode()).isEqualTo(404);
            assertThat(answer.body()).isEmpty();
        }
    }

    @Test
    void manyWhoSayNothingOrHalfAWordKeepNobodyFromFetching() throws IOException, InterruptedException {
        List<Socket> others = new ArrayList<>();
        try (RuntimeFiles files = serve(List.of(Files.writeString(directory.resolve("a.jar"), "jar")))) {
            URI uri = URI.create(files.fetched().getFirst().uri());
            for (int i = 0; i < 500; i++) {
                var other = new Socket(HOST, uri.getPort());
                others.add(other);
                other.getOutputStream().write("GET / HTT".substring(0, i % 10).getBytes(StandardCharsets.US_ASCII));
            }
            assertThat(ask("GET", uri.toString()).body()).isEqualTo("jar");
        } finally {
            for (Socket other : others) {
                other.close();
            }
        }
    }

    private static RuntimeFiles serve(List<Path> classPath) throws IOException {
        return RuntimeFiles.serve(
                HOST, String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
    }

    private static HttpResponse<String> ask(String method, String uri) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create(uri)).method(method, HttpRequest.BodyPublishers.noBody()).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
