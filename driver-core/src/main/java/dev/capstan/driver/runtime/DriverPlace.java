package dev.capstan.driver.runtime;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.util.function.Function;

/**
 * Where executors in other processes are told to find the driver.
 *
 * @param port 0 for any that is free
 */
public record DriverPlace(String host, int port) {
    /**
     * The place that a driver announces.
     *
     * @param settings the value of a key, as it was written
     * @param sharesMachine whether nobody on other machines has to reach the driver
     */
    public static DriverPlace from(Function<String, String> settings, boolean sharesMachine) {
        String named = settings.apply(DriverKeys.HOST.name());
        return new DriverPlace(
                !named.isEmpty() ? named : sharesMachine ? "127.0.0.1" : ofThisMachine(),
                DriverKeys.PORT.type().parser().apply(settings.apply(DriverKeys.PORT.name())));
    }

    private static String ofThisMachine() {
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress().getHostAddress();
        }
    }

    /**
     * Listens there for a moment.
     *
     * @throws IOException says in a sentence that it cannot be
     */
    public InetAddress tryListening() throws IOException {
        try {
            InetAddress ip = InetAddress.getByName(host);
            new ServerSocket(port, 1, ip).close();
            return ip;
        } catch (IOException e) {
            throw new IOException("the driver cannot listen at " + this + ": " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return host + (port == 0 ? " at any free port" : ":" + port);
    }
}
