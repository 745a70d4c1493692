package dev.capstan.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Stands between two nodes, passes on what they say, keeps what the dialling one said, and can cut the line. */
public final class Recorder implements AutoCloseable {
    private final ServerSocket server;
    private final InetSocketAddress to;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final AtomicLong leftUntilCut = new AtomicLong(Long.MAX_VALUE);
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();

    public Recorder(InetSocketAddress to) throws IOException {
        this.to = to;
        this.server = new ServerSocket(0);
        Thread.ofVirtual().start(this::accept);
    }

    public InetSocketAddress address() {
        return new InetSocketAddress("127.0.0.1", server.getLocalPort());
    }

    public byte[] said() {
        return said.toByteArray();
    }

    private void accept() {
        try {
            while (true) {
                Socket from = server.accept();
                var onward = new Socket("127.0.0.1", to.getPort());
                sockets.addAll(List.of(from, onward));
                Thread.ofVirtual().start(() -> pass(from, onward, true));
                Thread.ofVirtual().start(() -> pass(onward, from, false));
            }
        } catch (IOException e) {
            close(); // the test is over
        }
    }

    private void pass(Socket from, Socket onward, boolean keep) {
        try (InputStream in = from.getInputStream();
                OutputStream out = onward.getOutputStream()) {
            byte[] buffer = new byte[8_192];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                if (keep) {
                    said.write(buffer, 0, count);
                    long left = leftUntilCut.addAndGet(-count);
                    if (left < 0) {
                        out.write(buffer, 0, (int) Math.max(0, count + left));
                        out.flush();
                        cut();
                        return;
                    }
                }
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            cut(); // one of the two has gone
        }
    }

    /** Ends all connections when the dialling side has said so many further bytes. */
    public void cutAfter(long bytes) {
        leftUntilCut.set(bytes);
    }

    /** Ends all connections where they are. */
    public void cut() {
        for (Socket socket : sockets) {
            try {
                socket.close();
            } catch (IOException e) {
                // it is of no use any more
            }
        }
        sockets.clear();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            // it is of no use any more
        }
        cut();
    }
}
