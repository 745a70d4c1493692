package dev.capstan.engine.broadcast;

import dev.capstan.engine.id.ExecutorId;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Who has which pieces of one broadcast value, as far as the driver knows. Decides who takes what from whom, so that
 * the driver gives each piece once as long as nobody fails, and executors that ask at the same time begin with
 * different pieces.
 *
 * <p>Only those are named as holders that said they have a piece, or were given it by the driver a moment ago. One that
 * waits for another is not: so nobody waits for somebody who waits, in a circle least of all.
 */
final class PieceSpread {
    private static final int MOST_NAMED = 3;

    private final int count;
    private final Map<ExecutorId, Peer> peers = new LinkedHashMap<>();
    private int givenByDriver;

    private static final class Peer {
        final BitSet has = new BitSet();

        /** Given by the driver, and not yet said to be there: the next ones are asked for meanwhile. */
        final BitSet coming = new BitSet();

        /** How often others were sent there. */
        int named;

        boolean has(int piece) {
            return has.get(piece) || coming.get(piece);
        }
    }

    /**
     * @param piece to be taken
     * @param holders who have it; empty if the driver is to give it
     */
    record Choice(int piece, List<ExecutorId> holders) {}

    PieceSpread(int count) {
        this.count = count;
    }

    /**
     * @param held must leave out at least one piece
     */
    synchronized Choice choose(ExecutorId by, List<Integer> held, List<ExecutorId> failed) {
        failed.forEach(peers::remove);
        Peer asking = peers.computeIfAbsent(by, _ -> new Peer());
        asking.has.clear();
        for (int piece : held) {
            if (piece >= 0 && piece < count) {
                asking.has.set(piece);
            }
        }
        asking.coming.andNot(asking.has);
        if (asking.has.cardinality() + asking.coming.cardinality() == count) {
            asking.coming.clear(); // what was given has not arrived
        }
        int piece = wanted(asking);
        List<ExecutorId> holders = holders(piece, by);
        if (holders.isEmpty()) {
            asking.coming.set(piece);
            givenByDriver++;
        }
        return new Choice(piece, holders);
    }

    /** The rarest one that it does not have, nor will have in a moment. */
    private int wanted(Peer asking) {
        int wanted = -1;
        int copies = Integer.MAX_VALUE;
        for (int piece = 0; piece < count && copies > 0; piece++) {
            if (!asking.has(piece)) {
                int fewer = copies(piece);
                if (fewer < copies) {
                    wanted = piece;
                    copies = fewer;
                }
            }
        }
        if (wanted < 0) {
            throw new IllegalArgumentException("all " + count + " pieces are there already");
        }
        return wanted;
    }

    private int copies(int piece) {
        int copies = 0;
        for (Peer peer : peers.values()) {
            copies += peer.has(piece) ? 1 : 0;
        }
        return copies;
    }

    /** Those first that others were sent to least. */
    private List<ExecutorId> holders(int piece, ExecutorId by) {
        List<Map.Entry<ExecutorId, Peer>> found = new ArrayList<>();
        for (var peer : peers.entrySet()) {
            if (!peer.getKey().equals(by) && peer.getValue().has(piece)) {
                found.add(peer);
            }
        }
        found.sort(Comparator.comparingInt(peer -> peer.getValue().named));
        if (!found.isEmpty()) {
            found.getFirst().getValue().named++;
        }
        return found.stream().limit(MOST_NAMED).map(Map.Entry::getKey).toList();
    }

    /** Nobody has any piece any more. */
    synchronized void clear() {
        peers.clear();
    }

    /** How many pieces the driver was to give, so far. */
    synchronized int givenByDriver() {
        return givenByDriver;
    }
}
