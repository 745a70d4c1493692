package dev.capstan.kernel.actor;

import java.util.Objects;

/**
 * Where an actor is reached: the process (node) it lives in, and its name there.
 *
 * @param node the process, unique within a cluster for as long as the process lives, e.g. {@code driver} or {@code
 *     executor-3}
 * @param actor the actor's name within that process
 */
public record Address(String node, String actor) implements Comparable<Address> {
    public Address {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(actor, "actor");
    }

    @Override
    public int compareTo(Address other) {
        int byNode = node.compareTo(other.node);
        return byNode != 0 ? byNode : actor.compareTo(other.actor);
    }

    @Override
    public String toString() {
        return node + "/" + actor;
    }
}
