package dev.capstan.kernel.actor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class FlightRecorderTest {
    private static final Address A = new Address("node", "a");

    private record Word(String text) implements Message {}

    private record Heavy(byte[] bytes) implements Message {
        @Override
        public Object trace() {
            return "Heavy[" + bytes.length + "]";
        }
    }

    private record Untellable() implements Message {
        @Override
        public String toString() {
            throw new IllegalStateException("no words");
        }
    }

    private final FlightRecorder recorder = new FlightRecorder(4);

    @Test
    void onlyTheNewestAreKeptTheOldestFirst() {
        assertThat(recorder.dump()).isEmpty();
        for (int i = 0; i < 6; i++) {
            recorder.message(i, A, new Word("w" + i));
        }
        assertThat(recorder.dump())
                .containsExactly(
                        "2 node/a Word[text=w2]",
                        "3 node/a Word[text=w3]",
                        "4 node/a Word[text=w4]",
                        "5 node/a Word[text=w5]");
    }

    @Test
    void aCapacityIsRoundedUpToAPowerOfTwo() {
        var five = new FlightRecorder(5);
        for (int i = 0; i < 20; i++) {
            five.message(i, A, new Word("w"));
        }
        assertThat(five.dump()).hasSize(8);
    }

    @Test
    void messagesAreKeptAsTheirTracesAndSentOnesSayWhereTo() {
        recorder.message(1, A, new Heavy(new byte[9]));
        recorder.effect(2, A, new Effect.Send(new Address("far", "b"), new Heavy(new byte[7])));
        recorder.effect(3, A, new Effect.Disarm("t"));
        assertThat(recorder.dump())
                .containsExactly("1 node/a Heavy[9]", "2 node/a -> far/b Heavy[7]", "3 node/a Disarm[timer=t]");
    }

    @Test
    void longLinesAreCutAndWhatCannotBeToldDoesNotSpoilTheRest() {
        recorder.message(1, A, new Word("x".repeat(10_000)));
        recorder.message(2, A, new Untellable());
        recorder.message(3, A, new Word("last"));
        List<String> lines = recorder.dump();
        assertThat(lines.get(0)).hasSizeLessThan(500);
        assertThat(lines.get(1)).contains("cannot be told", "IllegalStateException");
        assertThat(lines.get(2)).isEqualTo("3 node/a Word[text=last]");
    }
}
