package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Entry;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

class SimulationTest {
    private static final Address A = new Address("one", "a");
    private static final Address B = new Address("two", "b");
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Duration LONG = Duration.ofMinutes(1);

    private record Word(String text) implements Message {}

    private record Note(String text) implements Entry {}

    private record Work(String text) implements Operation {}

    private final List<String> heard = new ArrayList<>();

    /** A simulation in which B keeps what it hears. */
    private Simulation withListener(long seed) {
        var simulation = new Simulation(seed);
        simulation.host(
                B,
                actor(text -> {
                    heard.add(text);
                    return List.of();
                }),
                Operations.NONE);
        return simulation;
    }

    private static Actor<Message> actor(Function<String, List<Effect>> handler) {
        return (message, _) -> handler.apply(((Word) message).text());
    }

    private static Actor<Message> forwarding() {
        return actor(text -> List.of(toB(text)));
    }

    private static Effect toB(String text) {
        return new Effect.Send(B, new Word(text));
    }

    @Test
    void messagesOfOnePairOfNodesKeepTheirOrderHoweverTheyAreDelayed() {
        Simulation simulation = withListener(1);
        simulation.network().delay(Duration.ofMillis(1), Duration.ofSeconds(5));
        List<String> words = IntStream.range(0, 100).mapToObj(Integer::toString).toList();
        simulation.host(A, actor(_ -> words.stream().map(SimulationTest::toB).toList()), Operations.NONE);
        simulation.tell(A, new Word("go"), AT_ONCE);
        simulation.runFor(LONG);
        assertThat(heard).isEqualTo(words);
    }

    @Test
    void whatIsToldIsDurableWheneverTheCrashComes() {
        int told = 0;
        for (long seed = 0; seed < 200; seed++) {
            Simulation simulation = persistTellAndCrash(withListener(seed));
            if (!heard.isEmpty()) {
                assertThat(simulation.durable(A)).as("seed %d told it", seed).isNotEmpty();
                told++;
            }
        }
        assertThat(told).isBetween(1, 199);
    }

    @Test
    void withoutTheBarrierThatRuleBreaks() {
        int broken = 0;
        for (long seed = 0; seed < 200; seed++) {
            Simulation simulation = withListener(seed);
            simulation.withoutPersistBarrier();
            persistTellAndCrash(simulation);
            if (!heard.isEmpty() && simulation.durable(A).isEmpty()) {
                broken++;
            }
        }
        assertThat(broken).isPositive();
    }

    private Simulation persistTellAndCrash(Simulation simulation) {
        heard.clear();
        simulation.host(A, actor(_ -> List.of(new Effect.Persist(new Note("n")), toB("durable"))), Operations.NONE);
        simulation.tell(A, new Word("go"), AT_ONCE);
        simulation.at(Duration.ofMillis(simulation.random().nextInt(80)), () -> simulation.crash(A.node()));
        simulation.runFor(LONG);
        return simulation;
    }

    @Test
    void timersFireInVirtualTimeAndTheSameNameReplaces() {
        Simulation simulation = withListener(1);
        simulation.host(
                A,
                actor(text ->
                        text.equals("go")
                                ? List.of(
                                        new Effect.Arm("t", Duration.ofHours(1), new Word("old")),
                                        new Effect.Arm("t", Duration.ofHours(2), new Word("new")),
                                        new Effect.Arm("u", Duration.ofHours(1), new Word("never")),
                                        new Effect.Disarm("u"))
                                : List.of(toB(text))),
                Operations.NONE);
        simulation.tell(A, new Word("go"), AT_ONCE);
        simulation.runFor(Duration.ofHours(3));
        assertThat(heard).containsExactly("new");
    }

    @Test
    void aCutLosesOneDirectionUntilItIsMended() {
        Simulation simulation = withListener(1);
        simulation.host(A, forwarding(), Operations.NONE);
        simulation.network().cut(A.node(), B.node());
        simulation.tell(A, new Word("lost"), AT_ONCE);
        simulation.runFor(LONG);
        simulation.network().mend(A.node(), B.node());
        simulation.tell(A, new Word("arrives"), AT_ONCE);
        simulation.runFor(LONG);
        assertThat(heard).containsExactly("arrives");
    }

    @Test
    void repeatedMessagesComeASecondTimeLater() {
        Simulation simulation = withListener(1);
        simulation.network().repeat(1_000, Duration.ofSeconds(1));
        simulation.host(A, forwarding(), Operations.NONE);
        simulation.tell(A, new Word("twice"), AT_ONCE);
        simulation.runFor(LONG);
        assertThat(heard).containsExactly("twice", "twice");
    }

    @Test
    void theOutcomeOfAnOperationDoesNotReachTheSuccessorOfItsActor() {
        Simulation simulation = withListener(1);
        Operations slow =
                (operation, reply) ->
                        simulation.at(
                                Duration.ofSeconds(5),
                                () -> reply.accept(new Word("done " + ((Work) operation).text())));
        Actor<Message> worker =
                actor(text -> List.of(text.equals("go") ? new Effect.Perform(new Work("w")) : toB(text)));
        simulation.host(A, worker, slow);
        simulation.tell(A, new Word("go"), AT_ONCE);
        simulation.runFor(Duration.ofSeconds(1));
        simulation.crash(A.node());
        simulation.host(A, worker, slow);
        simulation.runFor(LONG);
        assertThat(heard).isEmpty();
        simulation.tell(A, new Word("go"), AT_ONCE);
        simulation.runFor(LONG);
        assertThat(heard).containsExactly("done w");
    }

    @Test
    void aClockMayRunAhead() {
        var simulation = new Simulation(1);
        simulation.skew(B.node(), Duration.ofHours(1));
        List<Long> times = new ArrayList<>();
        Actor<Message> clock =
                (_, nowNanos) -> {
                    times.add(nowNanos);
                    return List.of();
                };
        simulation.host(B, clock, Operations.NONE);
        simulation.tell(B, new Word("go"), Duration.ofSeconds(1));
        simulation.runFor(LONG);
        assertThat(times).containsExactly(Duration.ofHours(1).plusSeconds(1).toNanos());
    }

    @Test
    void anInvariantThatDoesNotHoldNamesSeedTimeAndWhatHappenedLast() {
        Simulation simulation = withListener(77);
        simulation.invariant(() -> {
            if (heard.contains("bad")) {
                throw new AssertionError("bad was heard");
            }
        });
        simulation.tell(B, new Word("good"), Duration.ofSeconds(1));
        simulation.tell(B, new Word("bad"), Duration.ofSeconds(2));
        assertThatThrownBy(() -> simulation.runFor(LONG))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("seed 77")
                .hasMessageContaining("PT2S")
                .hasMessageContaining("bad was heard")
                .hasMessageContaining("Word[text=good]");
    }
}
