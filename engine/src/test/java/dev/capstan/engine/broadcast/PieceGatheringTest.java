package dev.capstan.engine.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.serialization.ByteOutput;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

class PieceGatheringTest {
    private static final BroadcastId ID = new BroadcastId(3);
    private static final ExecutorId SELF = new ExecutorId("executor-1");
    private static final int PIECES = 5;

    private final List<byte[]> all = pieces();
    private final PieceSpread spread = new PieceSpread(PIECES);
    private final SequencedMap<Integer, byte[]> kept = Collections.synchronizedNavigableMap(new TreeMap<>());
    private final AtomicInteger asked = new AtomicInteger();

    private static List<byte[]> pieces() {
        byte[] value = new byte[(PIECES - 1) * BroadcastPieces.PIECE_BYTES + 10];
        new Random(5).nextBytes(value);
        ByteOutput bytes = new ByteOutput();
        bytes.write(value);
        return BroadcastPieces.cut(bytes, Codec.NONE);
    }

    /** What a driver does, as this test wants it. */
    private abstract class Driver implements PieceSource {
        PieceOffer give(List<Integer> held, List<ExecutorId> failed) {
            int piece = spread.choose(SELF, held, failed).piece();
            return new PieceOffer(piece, PIECES, all.get(piece), List.of());
        }

        @Override
        public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) throws IOException {
            throw new IOException("nobody else has it");
        }
    }

    private byte[][] gather(PieceSource source) throws IOException {
        return new PieceGathering(ID, new byte[0][], source, (block, piece) -> kept.put(block.piece(), piece)).all();
    }

    @Test
    void twoPiecesAreUnderWayAtATimeAndEachIsGivenOnce() throws IOException {
        var together = new CyclicBarrier(2);
        byte[][] gathered =
                gather(
                        new Driver() {
                            @Override
                            public PieceOffer next(BroadcastId id, List<Integer> held, List<ExecutorId> failed)
                                    throws IOException {
                                PieceOffer offer = give(held, failed);
                                if (asked.getAndIncrement() > 0) {
                                    meet(together);
                                }
                                return offer;
                            }
                        });
        assertThat(gathered).isDeepEqualTo(all.toArray(new byte[0][]));
        assertThat(kept.sequencedValues()).containsExactlyElementsOf(all);
        assertThat(asked).hasValue(PIECES);
    }

    private static void meet(CyclicBarrier together) throws IOException {
        try {
            together.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException("the other one does not come", e);
        }
    }

    @Test
    void anAnswerThatWasLostIsAskedForAgain() throws IOException {
        byte[][] gathered =
                gather(
                        new Driver() {
                            @Override
                            public PieceOffer next(BroadcastId id, List<Integer> held, List<ExecutorId> failed) {
                                if (asked.getAndIncrement() == 2) {
                                    PieceOffer lost = give(held, failed);
                                    assertThat(lost.count()).isEqualTo(PIECES);
                                }
                                return give(held, failed);
                            }
                        });
        assertThat(gathered).isDeepEqualTo(all.toArray(new byte[0][]));
    }

    @Test
    void theFailureOfEitherIsTheFailureOfAll() {
        assertThatThrownBy(() ->
                        gather(
                                new Driver() {
                                    @Override
                                    public PieceOffer next(BroadcastId id, List<Integer> held, List<ExecutorId> failed)
                                            throws IOException {
                                        if (asked.incrementAndGet() == 3) {
                                            throw new IOException("the driver is gone");
                                        }
                                        return give(held, failed);
                                    }
                                }))
                .hasMessage("the driver is gone");
    }
}
