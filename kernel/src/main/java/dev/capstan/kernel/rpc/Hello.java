package dev.capstan.kernel.rpc;

import java.util.Objects;

/**
 * What a process says of itself before anything else; a peer that does not like it refuses by name.
 *
 * @param protocol version of the messages
 * @param cluster which cluster or application it belongs to
 * @param role for people: driver, executor, master…
 * @param node its name, unique in the cluster
 * @param epoch of the control that it serves
 */
public record Hello(int protocol, String cluster, String role, String node, long epoch) {
    public static final int PROTOCOL = 1;

    public Hello {
        Objects.requireNonNull(cluster, "cluster");
        Objects.requireNonNull(role, "role");
        Objects.requireNonNull(node, "node");
    }
}
