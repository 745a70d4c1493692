package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;

/** One broadcast value in its driver, until it is destroyed. Used by any thread. */
final class BroadcastHome {
    private static final byte[] NOTHING = {};

    private final BroadcastId id;
    private final DriverBroadcasts owner;
    private final String madeAt;
    private volatile @Nullable Object value;

    /** Null where the value is handed over as it is. */
    private volatile @Nullable List<byte[]> pieces;

    /** Who has them; of no use where there are none. */
    private final PieceSpread spread;

    private volatile @Nullable String destroyedAt;

    BroadcastHome(BroadcastId id, DriverBroadcasts owner, String madeAt, Object value, @Nullable List<byte[]> pieces) {
        this.id = id;
        this.owner = owner;
        this.madeAt = madeAt;
        this.value = value;
        this.pieces = pieces;
        this.spread = new PieceSpread(pieces == null ? 0 : pieces.size());
    }

    Object value() {
        Object now = value;
        if (now == null) {
            throw new IllegalStateException(gone());
        }
        return now;
    }

    /**
     * @throws IOException when it was destroyed, naming where
     */
    PieceOffer offer(ExecutorId by, List<Integer> held, List<ExecutorId> failed) throws IOException {
        List<byte[]> now = pieces;
        if (now == null) {
            throw new IOException(isDestroyed() ? gone() : id + " is shared within the process and has no pieces");
        }
        if (held.size() >= now.size()) {
            throw new IOException(id + " has " + now.size() + " pieces, and " + by + " says that it has " + held);
        }
        PieceSpread.Choice choice = spread.choose(by, held, failed);
        byte[] bytes = choice.holders().isEmpty() ? now.get(choice.piece()) : NOTHING;
        return new PieceOffer(choice.piece(), now.size(), bytes, choice.holders());
    }

    void unpersist() {
        spread.clear();
        owner.forgetOnExecutors(id);
    }

    synchronized void destroy() {
        if (destroyedAt == null) {
            destroyedAt = DriverBroadcasts.callSite();
            value = null;
            pieces = null;
            spread.clear();
            owner.forgetOnExecutors(id);
        }
    }

    boolean isDestroyed() {
        return destroyedAt != null;
    }

    private String gone() {
        return id
                + ", made at "
                + madeAt
                + ", was destroyed at "
                + destroyedAt
                + "; destroy it after the last job that uses it, or call unpersist() to free memory only";
    }
}
