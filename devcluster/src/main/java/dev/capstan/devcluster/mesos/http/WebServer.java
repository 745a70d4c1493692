package dev.capstan.devcluster.mesos.http;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Serves a site on one port, with a virtual thread per connection. */
public final class WebServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WebServer.class.getName());
    private static final int BACKLOG = 256;
    private static final Duration RELEASE_BOUND = Duration.ofSeconds(5);

    private final ServerSocket listener;
    private final Site site;
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final Thread listening;
    private volatile boolean closed;

    private WebServer(String name, ServerSocket listener, Site site) {
        this.listener = listener;
        this.site = site;
        this.listening = Thread.ofVirtual().name(name + "-listener").unstarted(this::listen);
    }

    /**
     * @param port 0 for one that is free
     */
    public static WebServer start(String name, InetAddress address, int port, Site site) {
        try {
            var listener = new ServerSocket();
            listener.setReuseAddress(true); // a restarted master must get its port back at once
            listener.bind(new InetSocketAddress(address, port), BACKLOG);
            var server = new WebServer(name, listener, site);
            server.listening.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot listen at " + address.getHostAddress() + ":" + port, e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void listen() {
        while (!closed) {
            try {
                serve(listener.accept());
            } catch (IOException e) {
                if (!closed) {
                    LOG.log(System.Logger.Level.WARNING, "a connection could not be taken", e);
                }
            }
        }
    }

    private void serve(Socket socket) throws IOException {
        socket.setTcpNoDelay(true);
        var connection = new Connection(socket, site, connections::remove);
        connections.add(connection);
        if (closed) { // it may have come in between
            connection.cut();
        }
        Thread.ofVirtual().name("connection-" + socket.getPort()).start(connection::run);
    }

    /** Cuts all connections; new ones are taken. */
    public void cutAll() {
        connections.forEach(Connection::cut);
    }

    /** Stops listening and cuts all connections. */
    @Override
    public void close() {
        closed = true;
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the port could not be closed", e);
        }
        cutAll();
        awaitRelease();
    }

    /** The port is free once nobody waits at it any more: then the next server may have it. */
    private void awaitRelease() {
        try {
            boolean unused = listening.join(RELEASE_BOUND);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
