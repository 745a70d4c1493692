package dev.capstan.kernel.rpc;

import java.util.Objects;

/**
 * What a process says of itself before anything else; a peer that does not like it refuses with a {@link Refusal}.
 *
 * @param protocol version of the messages
 * @param cluster which cluster or application it belongs to
 * @param role for people: driver, executor, master…
 * @param node its name, unique in the cluster
 * @param epoch of the control that it serves
 * @param incarnation rises with each life of a node that keeps its name; a node whose name is used only once says 0
 */
public record Hello(int protocol, String cluster, String role, String node, long epoch, long incarnation) {
    /** Raised when messages change: peers of different versions refuse each other, and need not read each other. */
    public static final int PROTOCOL = 1;

    public Hello {
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(node, "node");
        if (epoch < 0 || incarnation < 0) {
            throw new IllegalArgumentException(
                    "epoch and incarnation of " + node + " cannot be negative: " + epoch + ", " + incarnation);
        }
    }

    /** Whether this is a later life than the other, of the same node. */
    public boolean isNewerThan(Hello other) {
        return epoch >= other.epoch
                && incarnation >= other.incarnation
                && (epoch > other.epoch || incarnation > other.incarnation);
    }
}
