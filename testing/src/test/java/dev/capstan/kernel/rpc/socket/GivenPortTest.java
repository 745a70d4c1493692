package dev.capstan.kernel.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.rpc.Hello;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

class GivenPortTest {
    private static int portOf(SocketSettings settings) {
        try (var transport = new SocketTransport(settings, TestForms.ALL)) {
            return transport
                    .join(new Hello(Hello.PROTOCOL, "app", "executor", "node", 1, 0), (_, _) -> {})
                    .address()
                    .getPort();
        }
    }

    private static SocketSettings loopback() {
        return SocketSettings.loopback(Secret.random());
    }

    @Test
    void aNodeListensAtThePortThatItWasGiven() throws IOException {
        int free;
        try (var found = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = found.getLocalPort();
        }
        assertThat(portOf(loopback().at("127.0.0.1", "127.0.0.1", free))).isEqualTo(free);
    }

    @Test
    void whereSomebodyListensAlreadyAnotherPortWillDoIfItMay() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = taken.getLocalPort();
            assertThat(portOf(loopback().at("127.0.0.1", "127.0.0.1", port))).isPositive().isNotEqualTo(port);
            assertThatThrownBy(() -> portOf(loopback().withPort(port)))
                    .hasMessageContaining("cannot listen at 127.0.0.1:" + port);
        }
    }
}
