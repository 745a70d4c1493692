package dev.capstan.devcluster.mesos.http;

/** Who answers requests. */
@FunctionalInterface
public interface Site {
    /** Called on a thread of the connection, which waits until the exchange is answered. */
    void handle(Exchange exchange);
}
