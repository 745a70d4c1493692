package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.InMemoryTransport;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;

import org.junit.jupiter.api.Test;

class InMemoryTransportTest extends TransportContract {
    private final InMemoryTransport transport = new InMemoryTransport(LIMITS);

    @Override
    protected Node join(Hello hello, Receiver receiver) {
        return transport.join(hello, receiver);
    }

    @Test
    void twoNodesOfOneNameAndLifeCannotBeThereAtOnce() {
        var hello = new Hello(Hello.PROTOCOL, "cluster", "test", "a", 1, 1);
        Node node = transport.join(hello, (_, _) -> {});
        assertThatThrownBy(() -> transport.join(hello, (_, _) -> {}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a already");
        node.close();
        transport.join(hello, (_, _) -> {}).close();
    }
}
