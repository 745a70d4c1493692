package dev.capstan.engine.execution;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.HashPartitioner;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.JavaSerializer;
import dev.capstan.kernel.serialization.Serializer;

import java.io.Serializable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** A process that tells the bytes and the partitions of some values, which it meets in an order of its own. */
final class SameEverywhere {
    record Wait(TimeUnit unit, long time) implements Serializable {}

    record Order(int id, String customer, List<Wait> waits) implements Serializable {}

    static final class Cart implements Serializable {
        private static final long serialVersionUID = 1L;
        private final String owner = "Ada";
        private final int[] sizes = {1, 2};
        private final Wait wait = new Wait(TimeUnit.HOURS, 1);

        @Override
        public boolean equals(Object other) {
            return other instanceof Cart;
        }

        @Override
        public int hashCode() {
            return owner.length() + sizes.length + wait.unit().name().length();
        }
    }

    private SameEverywhere() {}

    /**
     * @param arguments the seed of the order
     */
    public static void main(String[] arguments) {
        Random random = new Random(Long.parseLong(arguments[0]));
        for (long i = random.nextInt(1_000); i > 0; i--) {
            int unused = new Object().hashCode(); // identity hash codes are drawn in turn
        }
        List<Object> values = values();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        Map<Integer, String> told = new TreeMap<>();
        for (int index : order) {
            told.put(index, tell(values.get(index)));
        }
        told.forEach((index, text) -> System.out.println(index + " " + text));
    }

    private static String tell(Object value) {
        var text = new StringBuilder();
        for (Serializer serializer : List.of(new CompactSerializer(), new JavaSerializer())) {
            text.append(HexFormat.of().formatHex(serializer.serialize(value))).append(' ');
        }
        return text.append(new HashPartitioner(1_000_003).partitionOf(value)).toString();
    }

    private static List<Object> values() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("b", TimeUnit.DAYS);
        map.put("a", List.of(1, 2.5));
        var wait = new Wait(TimeUnit.DAYS, 7);
        return List.of(
                1,
                "text",
                TimeUnit.NANOSECONDS,
                wait,
                new Order(1, "Ada", List.of(wait, new Wait(TimeUnit.HOURS, 2))),
                Pair.of(TimeUnit.DAYS, List.of(TimeUnit.HOURS)),
                Pair.of(wait, "x"),
                map,
                Optional.of(wait),
                new Cart(),
                List.of(new Cart(), wait, new Cart()),
                new BigDecimal("1.10"));
    }
}
