package dev.capstan.driver.scheduling;

import dev.capstan.kernel.resource.Resources;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Numbers the kinds of resources, so that amounts are vectors and the hot path meets no map. */
final class ResourceKinds {
    private static final int CPUS = 0;
    private static final int MEMORY = 1;

    private final Map<String, Integer> named = new LinkedHashMap<>();

    /** The amounts by kind, all of them. */
    long[] vector(Resources amount) {
        amount.named().keySet().forEach(name -> named.computeIfAbsent(name, _ -> 2 + named.size()));
        long[] vector = new long[2 + named.size()];
        vector[CPUS] = amount.milliCpus();
        vector[MEMORY] = amount.memoryBytes();
        amount.named().forEach((name, milli) -> vector[named.get(name)] = milli);
        return vector;
    }

    /** The name of a kind. */
    String name(int kind) {
        return switch (kind) {
            case CPUS -> "cpus";
            case MEMORY -> "memory";
            default ->
                    named.entrySet().stream()
                            .filter(entry -> entry.getValue() == kind)
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElseThrow();
        };
    }

    /** An amount of a kind, as people read it. */
    static String amount(int kind, long amount) {
        if (kind == MEMORY) {
            return amount / (1 << 20) + " MiB";
        }
        return amount % 1000 == 0 ? Long.toString(amount / 1000) : Double.toString(amount / 1000.0);
    }

    /** The inverse of {@link #vector}; what is negative counts as nothing. */
    Resources resources(long[] vector) {
        var byName = new TreeMap<String, Long>();
        named.forEach((name, kind) -> {
            if (kind < vector.length) {
                byName.put(name, Math.max(0, vector[kind]));
            }
        });
        return new Resources(Math.max(0, vector[CPUS]), Math.max(0, vector[MEMORY]), byName);
    }
}
