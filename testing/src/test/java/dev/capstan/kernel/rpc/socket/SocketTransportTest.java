package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.testing.TransportContract;

import org.junit.jupiter.api.AfterEach;

/** The contract over real sockets. */
class SocketTransportTest extends TransportContract {
    private final SocketTransport transport = new SocketTransport(settings(), TestForms.ALL);

    SocketSettings settings() {
        return SocketSettings.loopback(Secret.random()).withLimits(LIMITS);
    }

    @Override
    protected Node join(Hello hello, Receiver receiver) {
        return transport.join(hello, receiver);
    }

    @Override
    protected boolean hang(Node node) {
        ((SocketNode) node).reading(false);
        return true;
    }

    @Override
    protected void goOn(Node node) {
        ((SocketNode) node).reading(true);
    }

    @Override
    protected long slackBytes() {
        return 16 << 10;
    }

    @AfterEach
    void close() {
        transport.close();
    }
}
