package dev.capstan.driver.scheduling;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.scheduling.PlacingOrder.Share;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongConsumer;

/** What must hold for all values, tried on many; a failure names its seed. */
class SchedulingPropertyTest {
    private static Share share(SplittableRandom random) {
        // few different values, so that equal ones meet often
        return new Share(
                List.of("a", "b", "c", "d").get(random.nextInt(4)),
                random.nextInt(1, 5),
                random.nextInt(4),
                random.nextLong(5) * 1_000);
    }

    private static void forSeeds(int count, LongConsumer property) {
        for (long seed = 0; seed < count; seed++) {
            try {
                property.accept(seed);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
            }
        }
    }

    @Test
    void theOrderOfPoolsIsAnOrder() {
        forSeeds(5_000, SchedulingPropertyTest::isAnOrder);
    }

    private static void isAnOrder(long seed) {
        var random = new SplittableRandom(seed);
        Share one = share(random);
        Share two = share(random);
        Share three = share(random);
        assertThat(Integer.signum(PlacingOrder.compare(one, two)))
                .isEqualTo(-Integer.signum(PlacingOrder.compare(two, one)));
        if (PlacingOrder.compare(one, two) <= 0 && PlacingOrder.compare(two, three) <= 0) {
            assertThat(PlacingOrder.compare(one, three)).isLessThanOrEqualTo(0);
        }
    }

    @Test
    void whoIsBelowItsMinimumGoesBeforeWhoIsNot() {
        forSeeds(
                5_000,
                seed -> {
                    var random = new SplittableRandom(seed);
                    Share one = share(random);
                    Share two = share(random);
                    if (one.needy() && !two.needy()) {
                        assertThat(PlacingOrder.compare(one, two)).isNegative();
                    }
                });
    }

    /** An item with a key that may change. */
    private static final class Keyed extends IndexedHeap.Item {
        int key;
    }

    @Test
    void aHeapGivesTheLeastHoweverKeysChange() {
        forSeeds(200, SchedulingPropertyTest::heapGivesTheLeast);
    }

    private static void heapGivesTheLeast(long seed) {
        var random = new SplittableRandom(seed);
        Comparator<Keyed> order = Comparator.comparingInt(item -> item.key);
        var heap = new IndexedHeap<Keyed>(order);
        var inside = new ArrayList<Keyed>();
        for (int step = 0; step < 200; step++) {
            int what = inside.isEmpty() ? 0 : random.nextInt(3);
            switch (what) {
                case 0 -> {
                    var item = new Keyed();
                    item.key = random.nextInt(50);
                    heap.add(item);
                    inside.add(item);
                }
                case 1 -> {
                    Keyed item = inside.get(random.nextInt(inside.size()));
                    item.key = random.nextInt(50);
                    heap.moved(item);
                }
                default -> heap.remove(inside.remove(random.nextInt(inside.size())));
            }
            assertThat(heap.isEmpty()).isEqualTo(inside.isEmpty());
            if (!inside.isEmpty()) {
                int least = inside.stream().mapToInt(item -> item.key).min().orElseThrow();
                assertThat(heap.first().key).isEqualTo(least);
            }
        }
    }

    @Test
    void theTableOfAttemptsAgreesWithAMap() {
        forSeeds(200, SchedulingPropertyTest::tableAgreesWithMap);
    }

    private static void tableAgreesWithMap(long seed) {
        var random = new SplittableRandom(seed);
        var table = new AttemptTable();
        var map = new TreeMap<Long, Attempt>();
        ActiveSet set = set();
        var executor = new ExecutorEntry(new ExecutorId("e"), 0, new HostEntry("h"), 0);
        long next = random.nextLong(1L << 41);
        for (int step = 0; step < 400; step++) {
            if (map.isEmpty() || random.nextInt(5) < 3) {
                var attempt = new Attempt(new TaskId(++next), set, 0, 0, executor, false, 0);
                next += random.nextInt(3) == 0 ? random.nextInt(200) : 0;
                table.put(attempt);
                map.put(attempt.id.number(), attempt);
            } else {
                List<Long> keys = List.copyOf(map.keySet());
                table.remove(map.remove(keys.get(random.nextInt(keys.size()))));
            }
            assertThat(table.size()).isEqualTo(map.size());
            long probe = next - random.nextInt(300);
            assertThat(table.get(probe)).isSameAs(map.get(probe));
        }
        map.values().forEach(attempt -> assertThat(table.get(attempt.id.number())).isSameAs(attempt));
    }

    private static ActiveSet set() {
        var need = new Need(Resources.cpus(1), new ResourceKinds());
        TaskSet tasks = TaskSchedulerFixture.tasks(1, 1);
        return new ActiveSet(tasks, need, new SlotIndex(need), new PoolEntry(PoolSettings.NONE.named("p")), 0);
    }
}
