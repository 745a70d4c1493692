package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;

/** Reads the pieces of one value that are missing, two at a time: while one is looked at the next is on its way. */
final class PieceGathering {
    private static final System.Logger LOG = System.getLogger(PieceGathering.class.getName());

    private final BroadcastId id;
    private final PieceSource source;
    private final Keeping keeping;

    /** Guards the rest; never held while a piece is asked for. */
    private final ReentrantLock lock = new ReentrantLock();

    private byte[][] pieces;
    private int underWay;
    private volatile @Nullable Exception failure;

    /** Keeps a piece for others, too. */
    @FunctionalInterface
    interface Keeping {
        void keep(BlockId.BroadcastPiece block, byte[] piece);
    }

    /**
     * @param kept the pieces that are here, in their places; none if it is not known how many there are
     */
    PieceGathering(BroadcastId id, byte[][] kept, PieceSource source, Keeping keeping) {
        this.id = id;
        this.pieces = kept.clone();
        this.source = source;
        this.keeping = keeping;
    }

    /** All pieces, once all are here. */
    byte[][] all() throws IOException {
        List<ExecutorId> failed = new ArrayList<>();
        while (pieces.length == 0) {
            take(source.next(id, List.of(), failed), failed); // the first tells how many there are
        }
        Thread other = Thread.ofVirtual().name("gather-" + id).start(this::takeMissing);
        takeMissing();
        try {
            if (failure == null) {
                other.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while " + id + " is read").initCause(e);
        }
        return switch (failure) {
            case null -> pieces;
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Exception e -> throw new IllegalStateException(e); // nothing else is kept
        };
    }

    private void takeMissing() {
        List<ExecutorId> failed = new ArrayList<>();
        try {
            while (begin()) {
                take(source.next(id, heldNow(), failed), failed);
            }
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    /** Whether one more is to be asked for. */
    private boolean begin() {
        lock.lock();
        try {
            boolean wanted = failure == null && held().size() + underWay < pieces.length;
            underWay += wanted ? 1 : 0;
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private void fail(Exception e) {
        lock.lock();
        try {
            failure = failure == null ? e : failure;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param failed takes those that did not give what they were to have; they are told with the next question
     */
    private void take(PieceOffer offer, List<ExecutorId> failed) throws IOException {
        failed.clear();
        byte[] piece = fetch(offer, failed);
        if (piece != null) {
            keeping.keep(new BlockId.BroadcastPiece(id, offer.piece()), piece);
        }
        lock.lock();
        try {
            if (pieces.length < offer.count() && piece != null) {
                pieces = Arrays.copyOf(pieces, offer.count());
            }
            if (piece != null) {
                pieces[offer.piece()] = piece;
            }
            underWay = Math.max(0, underWay - 1); // the first was not counted
        } finally {
            lock.unlock();
        }
    }

    private List<Integer> heldNow() {
        lock.lock();
        try {
            return held();
        } finally {
            lock.unlock();
        }
    }

    private List<Integer> held() {
        return IntStream.range(0, pieces.length).filter(number -> pieces[number] != null).boxed().toList();
    }

    /** Takes the piece from the first holder that gives it undamaged; null if none does. */
    private byte @Nullable [] fetch(PieceOffer offer, List<ExecutorId> failed) throws IOException {
        var block = new BlockId.BroadcastPiece(id, offer.piece());
        String what = "piece " + offer.piece() + " of " + id;
        if (offer.holders().isEmpty()) {
            BroadcastPieces.check(offer.bytes(), what);
            return offer.bytes();
        }
        for (ExecutorId holder : offer.holders()) {
            try {
                byte[] piece = source.take(holder, block);
                BroadcastPieces.check(piece, what + " from " + holder);
                return piece;
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "{0} cannot be had from {1}: {2}",
                        what,
                        holder,
                        String.valueOf(e.getMessage()));
                failed.add(holder);
            }
        }
        return null;
    }
}
