package dev.capstan.driver.runtime;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Where executors in other processes are told to find the driver. */
public final class DriverHost {
    private DriverHost() {}

    /**
     * The address that a driver announces.
     *
     * @param named by {@code capstan.driver.host}; empty if it is not
     * @param sharesMachine whether nobody on other machines has to reach the driver
     */
    public static String announced(String named, boolean sharesMachine) {
        return !named.isEmpty() ? named : sharesMachine ? "127.0.0.1" : ofThisMachine();
    }

    private static String ofThisMachine() {
        try {
            return InetAddress.getLocalHost().getHostAddress();
        } catch (UnknownHostException e) {
            return InetAddress.getLoopbackAddress().getHostAddress();
        }
    }
}
