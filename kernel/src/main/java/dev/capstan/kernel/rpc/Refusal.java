package dev.capstan.kernel.rpc;

/**
 * Why a node does not speak with a peer.
 *
 * @param by the node that refuses
 * @param peer the node that is refused
 * @param kind for programs
 * @param reason for people
 */
public record Refusal(String by, String peer, Kind kind, String reason) {
    /** What was wrong with the peer's {@link Hello}. The order is part of the frames of a socket. */
    public enum Kind {
        /** It speaks another version of the protocol. */
        OTHER_PROTOCOL,
        /** It belongs to another cluster or application. */
        OTHER_CLUSTER,
        /** It serves a lower epoch than this node has seen of it. */
        OLD_EPOCH,
        /** A later life of it has been seen. */
        OLD_INCARNATION,
        /** It could not prove that it knows the secret. */
        NO_PROOF
    }

    @Override
    public String toString() {
        return by + " refuses " + peer + ": " + reason;
    }
}
