package dev.capstan.devcluster.mesos.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** What a command asks for lies in its sandbox, from wherever it comes. */
@Tag("process")
class FetcherTest {
    @TempDir private Path files;
    @TempDir private Path sandbox;
    private HttpServer server;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        Path file = files.resolve(exchange.getRequestURI().getPath().substring(1));
                        if (Files.exists(file)) {
                            byte[] bytes = Files.readAllBytes(file);
                            exchange.sendResponseHeaders(200, bytes.length);
                            exchange.getResponseBody().write(bytes);
                        } else {
                            exchange.sendResponseHeaders(404, -1);
                        }
                    }
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private CommandInfo.URI.Builder served(String name) {
        return CommandInfo.URI.newBuilder().setValue("http://127.0.0.1:" + server.getAddress().getPort() + "/" + name);
    }

    private void fetch(CommandInfo.URI.Builder uri) throws IOException, InterruptedException {
        Fetcher.fetch(List.of(uri.build()), sandbox);
    }

    private void zip(String name, String entry) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(files.resolve(name)))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write("zipped".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aFileComesFromHttpUnderItsNameOrAnother() throws IOException, InterruptedException {
        Files.writeString(files.resolve("tool"), "#!/bin/sh");
        fetch(served("tool?x=1").setExecutable(true));
        fetch(served("tool").setOutputFile("bin/other"));
        assertThat(sandbox.resolve("tool")).hasContent("#!/bin/sh").isExecutable();
        assertThat(sandbox.resolve("bin/other")).hasContent("#!/bin/sh");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> fetch(served("missing")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("/missing is answered with 404");
    }

    @Test
    void aZipIsUnpackedBesideItself() throws IOException, InterruptedException {
        zip("all.zip", "inside/file");
        fetch(served("all.zip"));
        assertThat(sandbox.resolve("inside/file")).hasContent("zipped");
        assertThat(sandbox.resolve("all.zip")).exists();
    }

    @Test
    void aZipThatIsNotToBeExtractedIsNot() throws IOException, InterruptedException {
        zip("all.zip", "inside/file");
        fetch(served("all.zip").setExtract(false));
        assertThat(sandbox).isDirectoryNotContaining("glob:**inside");
    }

    @Test
    void aZipCannotWriteOutsideTheSandbox() throws IOException {
        zip("bad.zip", "../outside");
        assertThatThrownBy(() -> fetch(served("bad.zip"))).hasMessageContaining("'../outside' is no name");
        assertThat(sandbox.resolveSibling("outside")).doesNotExist();
    }

    @Test
    void aTarIsUnpacked() throws IOException, InterruptedException {
        Path inside = Files.writeString(files.resolve("file"), "tarred");
        Process tar =
                new ProcessBuilder(
                                "tar", "-C", files.toString(), "-czf", files.resolve("all.tar.gz").toString(), "file")
                        .start();
        assertThat(tar.waitFor()).isZero();
        Files.delete(inside);
        fetch(served("all.tar.gz"));
        assertThat(sandbox.resolve("file")).hasContent("tarred");
    }

    @Test
    void whatIsZippedAloneIsUnpackedUnderItsOwnName() throws IOException, InterruptedException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(files.resolve("data.gz")))) {
            out.write("alone".getBytes(StandardCharsets.UTF_8));
        }
        Fetcher.fetch(List.of(served("data.gz").build()), sandbox);
        assertThat(sandbox.resolve("data")).hasContent("alone");
    }
}
