package dev.capstan.engine.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.storage.LocalBlockStore;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.Serializer;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

class BroadcastTest {
    private final Serializer serializer = new CompactSerializer();
    private final ClassLoader loader = getClass().getClassLoader();
    private final List<BroadcastId> forgotten = new ArrayList<>();
    private final DriverBroadcasts driver = driver(false);
    private final MemoryBudget memory = new MemoryBudget(64 << 20, 0.5);
    private final BlockStore blocks =
            new LocalBlockStore(
                    serializer,
                    loader,
                    memory,
                    memory,
                    new LocalDirectories(List.of(Path.of("target", "local"))),
                    Codec.LZ4,
                    BlockStore.Listener.SILENT);
    private final ConcurrentLinkedQueue<BlockId.BroadcastPiece> fetched = new ConcurrentLinkedQueue<>();
    private final ExecutorBroadcasts executor =
            new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, new FromDriver());

    /** The way of an executor that is alone. */
    private final class FromDriver implements PieceSource {
        @Override
        public PieceOffer next(BroadcastId broadcast, List<Integer> held, List<ExecutorId> failed) throws IOException {
            PieceOffer offer = driver.offer(new PieceRequest(broadcast, new ExecutorId("executor"), held, failed));
            fetched.add(new BlockId.BroadcastPiece(broadcast, offer.piece()));
            return offer;
        }

        @Override
        public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) {
            throw new AssertionError("there is nobody else");
        }
    }

    private DriverBroadcasts driver(boolean inProcess) {
        return new DriverBroadcasts(serializer, Codec.LZ4, inProcess, (_, _) -> {}, forgotten::add);
    }

    /** The handle as a task has it. */
    private static <T> Broadcast<T> travelled(Broadcast<T> broadcast) {
        var java = new JavaSerializer();
        return java.deserialize(java.serialize(broadcast), BroadcastTest.class.getClassLoader());
    }

    private <T> T inTask(Broadcast<T> broadcast) {
        return executor.bind(ScopedValue.where(ScopedValue.newInstance(), "a task")).call(broadcast::value);
    }

    private static byte[] noise(int bytes) {
        byte[] noise = new byte[bytes];
        new Random(7).nextBytes(noise);
        return noise;
    }

    @Test
    void aValueOfManyPiecesArrivesWholeAndIsReadOnce() {
        byte[] value = noise(9 << 20);
        Broadcast<byte[]> broadcast = driver.publish(value, "here");
        assertThat(inTask(travelled(broadcast))).isEqualTo(value).isNotSameAs(value);
        assertThat(inTask(travelled(broadcast))).isSameAs(inTask(travelled(broadcast)));
        assertThat(fetched).hasSize(3);
        assertThat(blocks.list()).hasSize(3);
    }

    @Test
    void onlyTheNumberTravels() {
        Broadcast<byte[]> broadcast = driver.publish(noise(1 << 20), "here");
        assertThat(new JavaSerializer().serialize(broadcast).length).isLessThan(600);
    }

    @Test
    void tasksThatAskAtTheSameTimeReadItOnceAndShareIt() throws InterruptedException {
        Broadcast<List<Integer>> broadcast = driver.publish(List.of(1, 2, 3), "here");
        var start = new CountDownLatch(1);
        var seen = new ConcurrentLinkedQueue<Object>();
        List<Thread> tasks = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
            Broadcast<List<Integer>> copy = travelled(broadcast);
            tasks.add(
                    Thread.ofVirtual()
                            .start(() -> {
                                awaitStart(start);
                                seen.add(inTask(copy));
                            }));
        }
        start.countDown();
        for (Thread task : tasks) {
            task.join();
        }
        assertThat(seen).hasSize(16).allSatisfy(value -> assertThat(value).isSameAs(seen.peek()));
        assertThat(fetched).hasSize(1);
    }

    private static void awaitStart(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aForgottenValueLeavesNothingAndIsReadAnewWhenAskedFor() {
        Broadcast<String> broadcast = driver.publish("hello", "here");
        inTask(travelled(broadcast));
        broadcast.unpersist();
        assertThat(forgotten).containsExactly(broadcast.id());
        executor.forget(broadcast.id());
        assertThat(blocks.list()).isEmpty();
        assertThat(executor.count()).isZero();
        assertThat(inTask(travelled(broadcast))).isEqualTo("hello");
        assertThat(fetched).hasSize(2);
    }

    @Test
    void whoAsksForADestroyedValueIsToldWhereItWasMadeAndDestroyed() {
        Broadcast<String> broadcast = driver.publish("hello", "App.java:12");
        Broadcast<String> copy = travelled(broadcast);
        broadcast.destroy();
        broadcast.destroy();
        assertThat(forgotten).containsExactly(broadcast.id());
        assertThat(broadcast.isDestroyed()).isTrue();
        assertThatThrownBy(broadcast::value)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("made at App.java:12")
                .hasMessageContaining("BroadcastTest.java:");
        assertThatThrownBy(() -> inTask(copy))
                .hasMessageContaining("broadcast-0 cannot be read")
                .hasMessageContaining("was destroyed at");
    }

    @Test
    void aValueThatWasLetGoWhileItWasReadLeavesNothing() {
        Broadcast<byte[]> broadcast = driver.publish(noise(9 << 20), "here");
        var source =
                new PieceSource() {
                    @Override
                    public PieceOffer next(BroadcastId id, List<Integer> held, List<ExecutorId> failed)
                            throws IOException {
                        if (!held.isEmpty()) {
                            broadcast.destroy();
                        }
                        return new FromDriver().next(id, held, failed);
                    }

                    @Override
                    public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) {
                        throw new AssertionError("there is nobody else");
                    }
                };
        var receiver = new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, source);
        var task = receiver.bind(ScopedValue.where(ScopedValue.newInstance(), "a task"));
        Broadcast<byte[]> copy = travelled(broadcast);
        for (int i = 0; i < 2; i++) { // the second asks for what the driver has not had for a while
            assertThatThrownBy(() -> task.call(copy::value)).hasMessageContaining("was destroyed at");
            assertThat(receiver.count()).isZero();
            assertThat(blocks.list()).isEmpty();
        }
    }

    @Test
    void whoWaitsForAReaderThatFailsGoesOnFromThePiecesThatAreHere() throws InterruptedException {
        Broadcast<byte[]> broadcast = driver.publish(noise(9 << 20), "here");
        var secondWaits = new CountDownLatch(1);
        var source =
                new PieceSource() {
                    @Override
                    public PieceOffer next(BroadcastId id, List<Integer> held, List<ExecutorId> failed)
                            throws IOException {
                        if (!held.isEmpty() && secondWaits.getCount() > 0) {
                            awaitStart(secondWaits);
                            throw new IOException("the way broke");
                        }
                        return new FromDriver().next(id, held, failed);
                    }

                    @Override
                    public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) {
                        throw new AssertionError("there is nobody else");
                    }
                };
        var receiver = new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, source);
        var task = receiver.bind(ScopedValue.where(ScopedValue.newInstance(), "a task"));
        var outcomes = new ConcurrentLinkedQueue<Object>();
        List<Thread> tasks = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            Broadcast<byte[]> copy = travelled(broadcast);
            tasks.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    outcomes.add(task.call(copy::value).length);
                                } catch (IllegalStateException e) {
                                    outcomes.add("failed");
                                }
                            }));
        }
        assertThat(
                        Await.until(
                                () ->
                                        tasks.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING)
                                                && !fetched.isEmpty(),
                                Duration.ofSeconds(30)))
                .isTrue();
        secondWaits.countDown();
        for (Thread thread : tasks) {
            thread.join();
        }
        assertThat(outcomes).containsExactlyInAnyOrder("failed", 9 << 20);
        assertThat(receiver.count()).isOne();
        assertThat(fetched).as("no piece was fetched twice").doesNotHaveDuplicates();
    }

    @Test
    void aDamagedPieceIsNoticed() {
        Broadcast<String> broadcast = driver.publish("a text that is long enough to be hit", "here");
        var source =
                new PieceSource() {
                    @Override
                    public PieceOffer next(BroadcastId id, List<Integer> held, List<ExecutorId> failed)
                            throws IOException {
                        PieceOffer offer = new FromDriver().next(id, held, failed);
                        byte[] piece = offer.bytes().clone();
                        piece[piece.length - 1] ^= 1;
                        return new PieceOffer(0, 1, piece, List.of());
                    }

                    @Override
                    public byte[] take(ExecutorId holder, BlockId.BroadcastPiece piece) {
                        throw new AssertionError("there is nobody else");
                    }
                };
        var receiver =
                new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, source)
                        .bind(ScopedValue.where(ScopedValue.newInstance(), "a task"));
        Broadcast<String> copy = travelled(broadcast);
        assertThatThrownBy(() -> receiver.call(copy::value))
                .hasMessageContaining("piece 0 of broadcast-0")
                .hasMessageContaining("checksum");
    }

    @Test
    void withinAProcessTheObjectItselfIsHandedOver() {
        DriverBroadcasts sharing = driver(true);
        List<String> value = new ArrayList<>(List.of("a"));
        Broadcast<List<String>> broadcast = sharing.publish(value, "here");
        var near = new ExecutorBroadcasts(blocks, serializer, loader, sharing, PieceSource.NONE);
        Broadcast<List<String>> copy = travelled(broadcast);
        Object found = near.bind(ScopedValue.where(ScopedValue.newInstance(), "a task")).call(copy::value);
        assertThat(found).isSameAs(value);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aValueThatCannotTravelIsRefusedWhereItIsBroadcastOnEveryMaster(boolean inProcess) {
        assertThatThrownBy(() -> driver(inProcess).publish(Arrays.asList(new Object()), "App.java:7"))
                .hasMessageContainingAll("broadcast at App.java:7", "[0]", "java.lang.Object", "java.io.Serializable");
    }

    @Test
    void ofALargeValueThatIsHandedOverOnlyTheBeginningIsTried() {
        List<Object> large = new ArrayList<>(List.of(noise(1 << 20)));
        large.add(new Object());
        assertThat(driver(true).publish(large, "here").value()).isSameAs(large);
    }

    @Test
    void aTaskCannotDestroyIt() {
        Broadcast<String> copy = travelled(driver.publish("hello", "here"));
        assertThatThrownBy(copy::destroy).hasMessageContaining("belongs into the driver");
        assertThatThrownBy(copy::value).hasMessageContaining("on a thread that runs no task");
    }
}
