package dev.capstan.kernel.rpc;

import org.jspecify.annotations.Nullable;

import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * Whom a node speaks with: peers of its own protocol and cluster, and of each node only the newest life it has seen.
 * Every transport decides with this class. Thread-safe: peers come by any thread, each once, and the lock is held for a
 * few comparisons.
 */
public final class Acquaintances {
    /** Bounds the memory of a node that lives long while others come and go; the least recently met is forgotten. */
    private static final int MOST = 65_536;

    private final Hello own;
    private final SequencedMap<String, Newest> newest = new LinkedHashMap<>();

    private record Newest(long epoch, long incarnation) {}

    public Acquaintances(Hello own) {
        this.own = own;
    }

    /** Says why the peer is refused, or remembers it. */
    public synchronized Optional<Refusal> meet(Hello peer) {
        if (peer.protocol() != own.protocol()) {
            return refusal(
                    peer,
                    Refusal.Kind.OTHER_PROTOCOL,
                    "it speaks protocol " + peer.protocol() + ", not " + own.protocol());
        }
        if (!peer.cluster().equals(own.cluster())) {
            return refusal(
                    peer, Refusal.Kind.OTHER_CLUSTER, "it belongs to " + peer.cluster() + ", not to " + own.cluster());
        }
        @Nullable Newest seen = newest.get(peer.node());
        if (seen != null && peer.epoch() < seen.epoch) {
            return refusal(
                    peer,
                    Refusal.Kind.OLD_EPOCH,
                    "it serves epoch " + peer.epoch() + ", but has been seen to serve " + seen.epoch);
        }
        if (seen != null && peer.incarnation() < seen.incarnation) {
            return refusal(
                    peer,
                    Refusal.Kind.OLD_INCARNATION,
                    "it is incarnation " + peer.incarnation() + ", but " + seen.incarnation + " has been seen");
        }
        newest.putLast(peer.node(), new Newest(peer.epoch(), peer.incarnation()));
        if (newest.size() > MOST) {
            newest.pollFirstEntry();
        }
        return Optional.empty();
    }

    private Optional<Refusal> refusal(Hello peer, Refusal.Kind kind, String reason) {
        return Optional.of(new Refusal(own.node(), peer.node(), kind, reason));
    }
}
