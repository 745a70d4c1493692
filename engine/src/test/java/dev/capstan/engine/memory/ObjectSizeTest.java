package dev.capstan.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** The tests run with compact object headers and compressed pointers, which the expected sizes are for. */
class ObjectSizeTest {
    record Person(String name, int age) {}

    static final class Node {
        Object next;
        long value;
    }

    @Test
    void simpleObjectsAreExact() {
        assertThat(ObjectSize.of(null)).isZero();
        assertThat(ObjectSize.of(5)).isEqualTo(16);
        assertThat(ObjectSize.of(5L)).isEqualTo(16);
        assertThat(ObjectSize.of(new int[10])).isEqualTo(56);
        assertThat(ObjectSize.of(new byte[100])).isEqualTo(112);
        assertThat(ObjectSize.of("")).isEqualTo(24 + 16);
        assertThat(ObjectSize.of("0123456789")).isEqualTo(24 + 24);
        assertThat(ObjectSize.of("01234567\u0416")).as("two bytes a letter").isEqualTo(24 + 32);
        assertThat(ObjectSize.of(new Person("0123456789", 4))).isEqualTo(16 + 48);
        assertThat(ObjectSize.of(new Object[] {1, 2, null})).isEqualTo(24 + 32);
    }

    @Test
    void cyclesEndAndSoDoLongChains() {
        Node loop = new Node();
        loop.next = loop;
        assertThat(ObjectSize.of(loop)).isBetween(24L, 1_000L);
        Node chain = null;
        for (int i = 0; i < 100_000; i++) {
            Node next = new Node();
            next.next = chain;
            chain = next;
        }
        assertThat(ObjectSize.of(chain)).isPositive();
    }

    @Test
    void largeCollectionsAreNearToWhatTheHeapSays() throws InterruptedException {
        nearTheHeap(count -> {
            List<Object> list = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                list.add(new Person("person number " + i, i));
            }
            return list;
        });
        nearTheHeap(count -> fill(new HashMap<>(), count));
        nearTheHeap(count -> fill(new LinkedHashMap<>(), count));
    }

    private static Object fill(Map<Object, Object> map, int count) {
        for (int i = 0; i < count; i++) {
            map.put("key " + i, (long) i + 1_000);
        }
        return map;
    }

    private static void nearTheHeap(IntFunction<Object> make) throws InterruptedException {
        long before = usedHeap();
        Object made = make.apply(200_000);
        long after = usedHeap();
        assertThat(ObjectSize.of(made))
                .as(made.getClass().getName())
                .isCloseTo(after - before, Percentage.withPercentage(15));
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    @Test
    void growthIsKnownWithFewMeasurements() {
        List<Object> list = new ArrayList<>();
        int[] measurements = {0};
        GrowthEstimate estimate =
                new GrowthEstimate(() -> {
                    measurements[0]++;
                    return ObjectSize.of(list);
                });
        for (int i = 0; i < 100_000; i++) {
            list.add("text of a length that grows" + "x".repeat(i / 1_000));
            estimate.grew();
            if (i % 9_999 == 9_998) {
                assertThat(estimate.bytes()).isCloseTo(ObjectSize.of(list), Percentage.withPercentage(20));
            }
        }
        assertThat(measurements[0]).isLessThan(150);
        estimate.reset();
        assertThat(estimate.bytes()).isZero();
    }
}
