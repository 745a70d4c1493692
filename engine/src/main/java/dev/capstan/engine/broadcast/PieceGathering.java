package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.storage.Holders;

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
        await(other);
        return switch (failure) {
            case null -> pieces;
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            case Exception e -> throw new IllegalStateException(e); // nothing else is kept
        };
    }

    /** Nothing must be kept for a value any more once reading it has ended, in whatever way. */
    private void await(Thread other) {
        boolean interrupted = false;
        while (other.isAlive()) {
            if (failure != null) {
                other.interrupt();
            }
            try {
                other.join();
            } catch (InterruptedException e) {
                interrupted = true;
                fail(new InterruptedIOException("interrupted while " + id + " is read"));
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
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
        return Holders.first(offer.holders(), what, holder -> take(block, holder, what), failed::add).orElse(null);
    }

    private byte[] take(BlockId.BroadcastPiece block, ExecutorId holder, String what) throws IOException {
        byte[] piece = source.take(holder, block);
        BroadcastPieces.check(piece, what + " from " + holder);
        return piece;
    }
}
