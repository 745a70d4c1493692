package dev.capstan.devcluster.mesos.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

@Tag("live")
class WebServerTest {
    private static final Duration BOUND = Duration.ofSeconds(20);
    private static final byte[] REQUEST = "GET / HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    @Test
    void aStreamThatNobodyReadsIsCutBeforeItFillsTheMemory() throws IOException {
        var opened = new CompletableFuture<EventStream>();
        var left = new CountDownLatch(1);
        try (WebServer server = serve(exchange -> opened.complete(exchange.open(Map.of(), left::countDown)));
                Socket client = connect(server)) {
            client.getOutputStream().write(REQUEST);
            EventStream stream = opened.join();
            byte[] chunk = new byte[1 << 20];
            for (int sent = 0; sent < 4_096 && left.getCount() > 0; sent++) {
                stream.send(chunk); // one and the same, so that a server that keeps them all takes no harm
            }
            assertThat(Await.until(() -> left.getCount() == 0, BOUND)).isTrue();
        }
    }

    @Test
    void manyWhoSayNothingOrNonsenseKeepNobodyFromBeingServed() throws IOException {
        List<Socket> others = new ArrayList<>();
        try (WebServer server = serve(exchange -> exchange.answer(HttpAnswer.text(200, "here")))) {
            for (int i = 0; i < 500; i++) {
                Socket other = connect(server);
                others.add(other);
                String words =
                        switch (i % 5) {
                            case 0 -> "";
                            case 1 -> "GET / HTT";
                            case 2 -> "\u0016\u0003\u0001\r\n\r\n";
                            case 3 -> "POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\nhalf";
                            default -> "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n";
                        };
                other.getOutputStream().write(words.getBytes(StandardCharsets.ISO_8859_1));
            }
            try (Socket client = connect(server)) {
                client.setSoTimeout((int) BOUND.toMillis());
                client.getOutputStream().write(REQUEST);
                byte[] start = client.getInputStream().readNBytes(12);
                assertThat(new String(start, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 200");
            }
        } finally {
            for (Socket other : others) {
                other.close();
            }
        }
    }

    private static WebServer serve(Site site) {
        return WebServer.start("test", InetAddress.getLoopbackAddress(), 0, site);
    }

    private static Socket connect(WebServer server) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), server.port());
    }
}
