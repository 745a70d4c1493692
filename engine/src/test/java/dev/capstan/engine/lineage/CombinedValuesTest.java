package dev.capstan.engine.lineage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.function.Pair;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

class CombinedValuesTest {
    /** Keys of few hash codes, so that many collide. */
    private record Colliding(int number) {
        @Override
        public int hashCode() {
            return number % 3;
        }
    }

    private static Object key(Random random) {
        int number = random.nextInt(3000);
        return switch (number % 4) {
            case 0 -> "key" + number;
            case 1 -> number;
            case 2 -> new Colliding(number % 200);
            default -> -1L << number % 60;
        };
    }

    @Test
    void itDoesWhatALinkedHashMapDoes() throws Exception {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Pair<Object, Object>> pairs = new ArrayList<>();
            for (int i = 0; i < random.nextInt(5000); i++) {
                pairs.add(Pair.of(random.nextInt(50) == 0 ? null : key(random), i));
            }
            Map<Object, Object> expected = new LinkedHashMap<>();
            for (Pair<Object, Object> pair : pairs) {
                expected.put(
                        pair.key(),
                        expected.containsKey(pair.key())
                                ? expected.get(pair.key()) + "," + pair.value()
                                : pair.value());
            }
            CombinedValues combined =
                    CombinedValues.of(value -> value, (before, value) -> before + "," + value, pairs.iterator());
            List<Pair<Object, Object>> found = new ArrayList<>();
            combined.pairs().forEachRemaining(found::add);
            assertThat(found)
                    .isEqualTo(
                            expected.entrySet().stream()
                                    .map(entry -> Pair.of(entry.getKey(), entry.getValue()))
                                    .toList());
        }
    }

    @Test
    void valuesMayBeNullAndAreStillKnown() throws Exception {
        List<Pair<Object, Object>> pairs = List.of(Pair.of("a", null), Pair.of("a", null), Pair.of("a", 1));
        CombinedValues combined =
                CombinedValues.of(value -> value, (before, value) -> before == null ? value : before, pairs.iterator());
        assertThat(combined.size()).isEqualTo(1);
        assertThat(combined.value(0)).isEqualTo(1);
    }
}
