package dev.capstan.engine.broadcast;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.id.ExecutorId;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;

class PieceSpreadTest {
    private static final ExecutorId A = new ExecutorId("a");
    private static final ExecutorId B = new ExecutorId("b");
    private static final ExecutorId C = new ExecutorId("c");

    private final PieceSpread spread = new PieceSpread(3);

    private PieceSpread.Choice ask(ExecutorId by, Integer... held) {
        return spread.choose(by, List.of(held), List.of());
    }

    @Test
    void executorsThatAskAtTheSameTimeBeginWithDifferentPieces() {
        assertThat(ask(A)).isEqualTo(new PieceSpread.Choice(0, List.of()));
        assertThat(ask(B)).isEqualTo(new PieceSpread.Choice(1, List.of()));
        assertThat(ask(C)).isEqualTo(new PieceSpread.Choice(2, List.of()));
        assertThat(ask(A, 0)).isEqualTo(new PieceSpread.Choice(1, List.of(B)));
        assertThat(ask(B, 1)).isEqualTo(new PieceSpread.Choice(0, List.of(A)));
    }

    @Test
    void whoWaitsForAnotherIsNotNamedAsAHolder() {
        ask(A);
        ask(B);
        ask(C);
        ask(A, 0);
        assertThat(ask(C, 2).holders()).as("a waits for b itself").doesNotContain(C);
        assertThat(spread.choose(C, List.of(2, 0), List.of()).holders()).containsExactly(B);
    }

    @Test
    void aHolderThatFailedIsNotNamedAgainAndTheDriverStandsIn() {
        ask(A);
        assertThat(spread.choose(B, List.of(1, 2), List.of())).isEqualTo(new PieceSpread.Choice(0, List.of(A)));
        assertThat(spread.choose(B, List.of(1, 2), List.of(A))).isEqualTo(new PieceSpread.Choice(0, List.of()));
        assertThat(spread.givenByDriver()).isEqualTo(2);
    }

    @Test
    void theDriverGivesEachPieceOnceHoweverManyAskInWhateverOrder() {
        for (int seed = 0; seed < 200; seed++) {
            var random = new Random(seed);
            int count = 1 + random.nextInt(20);
            var crowd = new PieceSpread(count);
            Map<ExecutorId, TreeSet<Integer>> held = new LinkedHashMap<>();
            for (int i = 0; i < 1 + random.nextInt(30); i++) {
                held.put(new ExecutorId("e" + i), new TreeSet<>());
            }
            List<ExecutorId> open = new ArrayList<>(held.keySet());
            while (!open.isEmpty()) {
                ExecutorId next = open.get(random.nextInt(open.size()));
                TreeSet<Integer> has = held.get(next);
                PieceSpread.Choice choice = crowd.choose(next, List.copyOf(has), List.of());
                for (ExecutorId holder : choice.holders()) {
                    assertThat(held.get(holder)).contains(choice.piece());
                }
                has.add(choice.piece());
                if (has.size() == count) {
                    open.remove(next);
                }
            }
            assertThat(crowd.givenByDriver()).as("seed " + seed).isEqualTo(count);
        }
    }
}
