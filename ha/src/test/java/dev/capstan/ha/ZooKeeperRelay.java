package dev.capstan.ha;

import dev.capstan.testing.ZooKeeperProcess;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and its ZooKeeper server, so that something happens at just one moment: before one question
 * is passed on; or after one change is made, whose answer is then lost with the connection.
 */
final class ZooKeeperRelay implements AutoCloseable {
    /** As the protocol numbers them: create, delete, setData, multi, create2. */
    private static final Set<Integer> CHANGES = Set.of(1, 2, 5, 14, 15);

    /** As the protocol numbers them: getData, getChildren, getChildren2. */
    private static final Set<Integer> QUESTIONS = Set.of(4, 8, 12);

    private final ServerSocket listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final int server;
    private final Set<Integer> kinds;
    private final int chosen;
    private final Runnable meanwhile;
    private final AtomicInteger seen = new AtomicInteger();
    private volatile boolean hasCome;

    /** Loses the answer to one change, the first of which is 1, after something else was done. */
    static ZooKeeperRelay losingAnswer(ZooKeeperProcess server, int change, Runnable meanwhile) throws IOException {
        return new ZooKeeperRelay(server.port(), CHANGES, change, meanwhile);
    }

    /** Does something else before one question, the first of which is 1, is passed on. */
    static ZooKeeperRelay beforeQuestion(ZooKeeperProcess server, int question, Runnable meanwhile) throws IOException {
        return new ZooKeeperRelay(server.port(), QUESTIONS, question, meanwhile);
    }

    private ZooKeeperRelay(int server, Set<Integer> kinds, int chosen, Runnable meanwhile) throws IOException {
        this.server = server;
        this.kinds = kinds;
        this.chosen = chosen;
        this.meanwhile = meanwhile;
        Thread.ofVirtual().name("relay").start(this::accept);
    }

    /** For clients. */
    String address() {
        return "127.0.0.1:" + listener.getLocalPort();
    }

    /** Whether there was so late a request. */
    boolean hasCome() {
        return hasCome;
    }

    private void accept() {
        try {
            while (true) {
                var connection = new Connection(listener.accept());
                Thread.ofVirtual().name("relay-requests").start(connection::requests);
                Thread.ofVirtual().name("relay-answers").start(connection::answers);
            }
        } catch (IOException e) {
            // closed
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            // nobody needs it any more
        }
    }

    private final class Connection {
        private final Socket client;
        private final Socket ensemble;

        /** The number that the client has given to the request whose answer is to be lost; no client gives this one. */
        private volatile int lost = Integer.MIN_VALUE;

        Connection(Socket client) throws IOException {
            this.client = client;
            this.ensemble = new Socket(InetAddress.getLoopbackAddress(), server);
        }

        private void requests() {
            try (client;
                    ensemble) {
                var from = new DataInputStream(client.getInputStream());
                var to = new DataOutputStream(ensemble.getOutputStream());
                write(to, read(from)); // of the session
                while (true) {
                    byte[] request = read(from);
                    if (kinds.contains(word(request, 1)) && seen.incrementAndGet() == chosen) {
                        hasCome = true;
                        onChosen(word(request, 0));
                    }
                    write(to, request);
                }
            } catch (IOException e) {
                // one side has hung up, and now the other has
            }
        }

        private void onChosen(int number) {
            if (kinds.equals(CHANGES)) {
                lost = number;
            } else {
                meanwhile.run();
            }
        }

        private void answers() {
            try (client;
                    ensemble) {
                var from = new DataInputStream(ensemble.getInputStream());
                var to = new DataOutputStream(client.getOutputStream());
                write(to, read(from)); // of the session
                while (true) {
                    byte[] answer = read(from);
                    if (word(answer, 0) == lost) {
                        meanwhile.run();
                        return;
                    }
                    write(to, answer);
                }
            } catch (IOException e) {
                // one side has hung up, and now the other has
            }
        }
    }

    private static byte[] read(DataInputStream from) throws IOException {
        return from.readNBytes(from.readInt());
    }

    private static int word(byte[] message, int index) {
        return ByteBuffer.wrap(message).getInt(index * Integer.BYTES);
    }

    private static void write(DataOutputStream to, byte[] message) throws IOException {
        to.write(ByteBuffer.allocate(Integer.BYTES + message.length).putInt(message.length).put(message).array());
    }
}
