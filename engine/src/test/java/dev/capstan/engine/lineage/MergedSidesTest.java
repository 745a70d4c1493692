package dev.capstan.engine.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.KeyHash;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

class MergedSidesTest {
    /** Of each eight neighbours the hash codes are equal. */
    private record Clashing(int number) {
        @Override
        public int hashCode() {
            return number / 8 * 8;
        }
    }

    @Test
    void groupsAreThoseOfATableOfAllSides() {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            int sides = 2 + random.nextInt(4);
            boolean clashing = random.nextBoolean();
            List<Map<Object, Integer>> data = new ArrayList<>();
            for (int side = 0; side < sides; side++) {
                data.add(keys(random, clashing));
            }
            List<List<Integer>> parts = parts(random, sides);
            List<HashOrderedSide> merged = new ArrayList<>();
            parts.forEach(part -> merged.add(side(part, data)));

            List<Pair<Object, Object>> groups = new ArrayList<>();
            new MergedSides(merged, sides).forEachRemaining(groups::add);

            assertThat(groups).as("seed %s", seed).isEqualTo(grouped(data, all(sides)));
        }
    }

    private static List<Integer> all(int sides) {
        List<Integer> all = new ArrayList<>();
        for (int side = 0; side < sides; side++) {
            all.add(side);
        }
        return all;
    }

    private static Map<Object, Integer> keys(Random random, boolean clashing) {
        Map<Object, Integer> keys = new LinkedHashMap<>();
        int count = random.nextInt(30);
        for (int i = 0; i < count; i++) {
            int number = random.nextInt(40);
            keys.put(clashing ? new Clashing(number) : "key" + number, random.nextInt());
        }
        if (random.nextInt(4) == 0) {
            keys.put(null, random.nextInt());
        }
        return keys;
    }

    private static List<List<Integer>> parts(Random random, int sides) {
        List<Integer> shuffled = new ArrayList<>(all(sides));
        Collections.shuffle(shuffled, random);
        List<List<Integer>> parts = new ArrayList<>();
        while (!shuffled.isEmpty()) {
            int size = 1 + random.nextInt(shuffled.size());
            List<Integer> part = new ArrayList<>(shuffled.subList(0, size));
            Collections.sort(part);
            parts.add(part);
            shuffled.subList(0, size).clear();
        }
        return parts;
    }

    private static HashOrderedSide side(List<Integer> part, List<Map<Object, Integer>> data) {
        if (part.size() > 1) {
            return HashOrderedSide.ofGroups(part, grouped(data, part).iterator(), "join at Test.java:1");
        }
        Integer side = part.getFirst();
        List<Pair<Object, Object>> pairs = new ArrayList<>();
        grouped(data, part).forEach(group -> pairs.add(Pair.of(group.key(), data.get(side).get(group.key()))));
        return HashOrderedSide.ofValues(side, pairs.iterator(), "join at Test.java:1");
    }

    /** The plain way: by hash, equal hashes as they come first. */
    private static List<Pair<Object, Object>> grouped(List<Map<Object, Integer>> data, List<Integer> sides) {
        Map<Integer, Map<Object, List<List<Object>>>> byHash = new TreeMap<>(Integer::compareUnsigned);
        for (int i = 0; i < sides.size(); i++) {
            int number = i;
            data.get(sides.get(i))
                    .forEach((key, value) ->
                            byHash.computeIfAbsent(KeyHash.of(key), _ -> new LinkedHashMap<>())
                                    .computeIfAbsent(key, _ -> noValues(sides.size()))
                                    .get(number)
                                    .add(value));
        }
        List<Pair<Object, Object>> groups = new ArrayList<>();
        byHash.values().forEach(run -> run.forEach((key, values) -> groups.add(new Pair<>(key, values))));
        return groups;
    }

    private static List<List<Object>> noValues(int sides) {
        List<List<Object>> values = new ArrayList<>();
        for (int side = 0; side < sides; side++) {
            values.add(new ArrayList<>());
        }
        return values;
    }

    @Test
    void aKeyThatComesTooLateIsAnErrorThatNamesIt() {
        List<String> keys = new ArrayList<>(List.of("a", "b", "c", "d"));
        keys.sort(Comparator.<String>comparingInt(key -> KeyHash.of(key) ^ Integer.MIN_VALUE).reversed());
        var side =
                HashOrderedSide.ofValues(
                        0, keys.stream().map(key -> Pair.<Object, Object>of(key, 1)).iterator(), "join at Main.java:7");

        assertThatThrownBy(() -> new MergedSides(List.of(side), 1).forEachRemaining(_ -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContainingAll(keys.get(1), "join at Main.java:7", "hashCode() of java.lang.String");
    }
}
