package dev.capstan.driver.runtime;

import dev.capstan.driver.backend.DriverContact;
import dev.capstan.engine.protocol.wire.ExecutorForms;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.InMemoryTransport;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.Transport;
import dev.capstan.kernel.rpc.socket.Secret;
import dev.capstan.kernel.rpc.socket.SocketNode;
import dev.capstan.kernel.rpc.socket.SocketSettings;
import dev.capstan.kernel.rpc.socket.SocketTransport;

import org.jspecify.annotations.Nullable;

import java.io.UncheckedIOException;

/**
 * The driver on the way to its executors.
 *
 * @param transport for executors within this process
 * @param contact for executors in others; null where there are none
 */
record DriverNetwork(Transport transport, Node node, @Nullable DriverContact contact) implements AutoCloseable {
    /** Of a driver whose executors all live in its own process. */
    static DriverNetwork withinProcess(Hello hello, Receiver receiver) {
        var transport = new InMemoryTransport();
        return new DriverNetwork(transport, transport.join(hello, receiver), null);
    }

    /**
     * @param sharesMachine whether nobody on other machines has to reach the driver
     * @throws ConfigException when it cannot listen where it is to
     */
    static DriverNetwork betweenProcesses(Config config, boolean sharesMachine, Hello hello, Receiver receiver) {
        String secretText = config.get(DriverKeys.SECRET);
        Secret secret = secretText.isEmpty() ? Secret.random() : Secret.of(secretText);
        boolean encrypted = config.get(DriverKeys.ENCRYPTED);
        DriverPlace place = DriverPlace.from(config::text, sharesMachine);
        var transport =
                new SocketTransport(
                        SocketSettings.at(place.host(), secret).withPort(place.port()).withEncryption(encrypted),
                        ExecutorForms.ALL);
        try {
            SocketNode node = transport.join(hello, receiver);
            return new DriverNetwork(transport, node, new DriverContact(node.address(), secret, encrypted));
        } catch (UncheckedIOException e) {
            transport.close();
            throw new ConfigException(
                    "the driver "
                            + e.getCause().getMessage()
                            + " ("
                            + DriverKeys.HOST.name()
                            + ", "
                            + DriverKeys.PORT.name()
                            + ")");
        }
    }

    /** Executors that are ended while they start would else be taken for strangers who hang up. */
    void admitNobody() {
        if (node instanceof SocketNode socket) {
            socket.admitNobody();
        }
    }

    @Override
    public void close() {
        node.close();
        if (transport instanceof SocketTransport sockets) {
            sockets.close();
        }
    }
}
