package dev.capstan.kernel.resource;

import java.util.Collections;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeMap;

/**
 * An amount of resources. Cpus and named resources count in thousandths, so that sums are exact.
 *
 * @param milliCpus thousandths of a cpu
 * @param memoryBytes memory
 * @param named gpus and whatever else a host offers, in thousandths, by name
 */
public record Resources(long milliCpus, long memoryBytes, Map<String, Long> named) {
    public static final Resources NONE = new Resources(0, 0, Map.of());

    public Resources {
        if (milliCpus < 0 || memoryBytes < 0) {
            throw new IllegalArgumentException("resources cannot be negative: " + milliCpus + "m, " + memoryBytes);
        }
        TreeMap<String, Long> sorted = new TreeMap<>();
        named.forEach((name, milli) -> {
            if (milli < 0) {
                throw new IllegalArgumentException("resources cannot be negative: " + name + "=" + milli + "m");
            }
            if (milli > 0) {
                sorted.put(name, milli);
            }
        });
        named = sorted.isEmpty() ? Map.of() : Collections.unmodifiableMap(sorted);
    }

    public static Resources cpus(int cpus) {
        return new Resources(Math.multiplyExact(1000L, cpus), 0, Map.of());
    }

    public boolean covers(Resources wanted) {
        if (milliCpus < wanted.milliCpus || memoryBytes < wanted.memoryBytes) {
            return false;
        }
        for (Map.Entry<String, Long> entry : wanted.named.entrySet()) {
            if (named.getOrDefault(entry.getKey(), 0L) < entry.getValue()) {
                return false;
            }
        }
        return true;
    }

    public Resources plus(Resources other) {
        return new Resources(milliCpus + other.milliCpus, memoryBytes + other.memoryBytes, merge(other, 1));
    }

    /**
     * @throws IllegalArgumentException when {@code other} is not {@linkplain #covers covered}
     */
    public Resources minus(Resources other) {
        return new Resources(milliCpus - other.milliCpus, memoryBytes - other.memoryBytes, merge(other, -1));
    }

    private Map<String, Long> merge(Resources other, int sign) {
        if (other.named.isEmpty()) {
            return named;
        }
        Map<String, Long> sum = new TreeMap<>(named);
        other.named.forEach((name, milli) -> sum.merge(name, sign * milli, Long::sum));
        return sum;
    }

    @Override
    public String toString() {
        var text = new StringJoiner(", ", "{", "}");
        text.add("cpus " + thousandths(milliCpus));
        if (memoryBytes > 0) {
            text.add("memory " + memoryBytes / (1 << 20) + " MiB");
        }
        named.forEach((name, milli) -> text.add(name + " " + thousandths(milli)));
        return text.toString();
    }

    private static String thousandths(long milli) {
        return milli % 1000 == 0 ? Long.toString(milli / 1000) : Double.toString(milli / 1000.0);
    }
}
