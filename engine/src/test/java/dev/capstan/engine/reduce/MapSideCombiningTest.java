package dev.capstan.engine.reduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.function.Fn2;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.Same;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

class MapSideCombiningTest {
    private static final Fn2<Object, Object, Object> SUM = (one, other) -> (Integer) one + (Integer) other;

    @TempDir private Path directory;

    private final List<Pair<Object, Object>> sent = new ArrayList<>();

    private void send(Object key, Object value) {
        sent.add(new Pair<>(key, value));
    }

    @Test
    void whatWasSentForOthersWantIsNotSentAgain() throws Exception {
        try (var task = new ReduceTask(1 << 20, true, directory)) {
            var combining = new MapSideCombining(Same.INSTANCE, SUM, this::send, task);
            combining.table().add("a", 1);
            combining.table().add("a", 2);
            long unused = combining.spill(1);
            combining.table().add("a", 4);
            combining.finish();
        }
        assertThat(sent).containsExactly(Pair.of("a", 3), Pair.of("a", 4));
    }

    /** The want of others comes from within their iterators, which functions of the user may call and catch from. */
    @Test
    void nothingIsSentTwiceWhereAFunctionCatchesThatSendingFailed() throws Exception {
        try (var task = new ReduceTask(1 << 20, true, directory)) {
            MapSideCombining.Output fillsUp =
                    (key, value) -> {
                        if (sent.size() == 1) {
                            throw new IOException("no space left");
                        }
                        send(key, value);
                    };
            var combining = new MapSideCombining(Same.INSTANCE, SUM, fillsUp, task);
            combining.table().add("a", 1);
            combining.table().add("b", 1);
            assertThatThrownBy(() -> combining.spill(1)).hasMessage("no space left");
            sent.clear();
            combining.table().add("c", 1);
            assertThatThrownBy(combining::finish).hasMessageContaining("could not be sent");
        }
        assertThat(sent).isEmpty();
    }
}
