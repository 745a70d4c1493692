package dev.capstan.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.function.Pair;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

class KeyHashTest {
    record Point(int x, double y, String label) {}

    record Wait(TimeUnit unit, long time) {}

    record Deep(Object any, List<Wait> waits) {}

    /** Equal whatever the case: its components say nothing about its equality. */
    record Loose(Object text) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Loose that && lower().equals(that.lower());
        }

        @Override
        public int hashCode() {
            return lower().hashCode();
        }

        private String lower() {
            return text.toString().toLowerCase(Locale.ROOT);
        }
    }

    private static final class Plain {}

    @Test
    void whatIsTheSameEverywhereKeepsItsOwnCode() {
        for (Object key :
                List.of(
                        1,
                        2L,
                        "x",
                        1.5,
                        new Point(1, 2.0, "p"),
                        Pair.of("a", 1),
                        List.of("a", 1, List.of()),
                        Set.of(1, 2, 3),
                        Map.of("a", 1, "b", 2),
                        Map.entry(1, 2),
                        Optional.of("x"),
                        new Loose("ABC"))) {
            assertThat(KeyHash.code(key)).as("%s", key).isEqualTo(key.hashCode());
        }
        assertThat(KeyHash.code(null)).isZero();
    }

    @Test
    void constantsOfEnumsAreHashedByNameWhereverTheyAre() {
        int days = "DAYS".hashCode();
        assertThat(KeyHash.code(TimeUnit.DAYS)).isEqualTo(days);
        assertThat(KeyHash.code(new Wait(TimeUnit.DAYS, 7))).isEqualTo(31 * days + 7);
        assertThat(KeyHash.code(Pair.of(TimeUnit.DAYS, 7))).isEqualTo(31 * days + 7);
        assertThat(KeyHash.code(List.of(TimeUnit.DAYS))).isEqualTo(31 + days);
        assertThat(KeyHash.code(Set.of(TimeUnit.DAYS))).isEqualTo(days);
        assertThat(KeyHash.code(Map.of(TimeUnit.DAYS, 7))).isEqualTo(days ^ 7);
        assertThat(KeyHash.code(Optional.of(TimeUnit.DAYS))).isEqualTo(days);
        assertThat(KeyHash.code(String.class)).isEqualTo("java.lang.String".hashCode());
    }

    @Test
    void equalKeysHaveEqualCodes() {
        var wait = new Wait(TimeUnit.DAYS, 7);
        List<Object> list = List.of(1, wait);
        assertThat(KeyHash.code(new ArrayList<>(list))).isEqualTo(KeyHash.code(new LinkedList<>(list)));
        Set<Object> set = Set.of(1, wait);
        assertThat(KeyHash.code(new LinkedHashSet<>(set))).isEqualTo(KeyHash.code(set));
        Map<Integer, Object> map = Map.of(1, wait, 2, "b");
        assertThat(KeyHash.code(new TreeMap<>(map))).isEqualTo(KeyHash.code(map));
        assertThat(KeyHash.code(new Deep(list, List.of(wait))))
                .isEqualTo(KeyHash.code(new Deep(new ArrayList<>(list), new LinkedList<>(List.of(wait)))));
        assertThat(KeyHash.code(new Loose("Abc"))).isEqualTo(KeyHash.code(new Loose("aBC")));
    }

    @Test
    void whatIsNeverEqualAgainIsNoKey() {
        assertThatThrownBy(() -> KeyHash.code(new Plain()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a " + Plain.class.getName() + " cannot be a key")
                .hasMessageContaining("override equals and hashCode");
        assertThatThrownBy(() -> KeyHash.code(new AtomicInteger(1))).hasMessageContaining("AtomicInteger");
        for (Object holder :
                List.of(new byte[0], Pair.of(1, new byte[0]), List.of(new byte[0]), new Deep(new byte[0], List.of()))) {
            assertThatThrownBy(() -> KeyHash.code(holder)).hasMessageContaining("an array (byte[]) cannot be a key");
        }
    }
}
