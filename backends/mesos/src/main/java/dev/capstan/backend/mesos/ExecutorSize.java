package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.mesos.resource.Needs;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one executor takes of its agent.
 *
 * @param heapMegabytes of its JVM
 * @param overheadMegabytes that the JVM takes besides
 * @param named what it takes besides, GPUs for one, in thousandths
 */
record ExecutorSize(int cores, int heapMegabytes, int overheadMegabytes, Map<String, Long> named) {
    private static final long MEGABYTE = 1 << 20;
    private static final int LEAST_OVERHEAD = 384;
    private static final int MOST_OVERHEAD = 2_048;
    private static final long MILLI = 1_000;
    private static final String CPUS = "cpus";
    private static final String MEMORY = "mem";
    private static final String GPUS = "gpus";

    /** What has a key of its own. */
    private static final Map<String, ConfigKey<?>> ELSEWHERE =
            Map.of(CPUS, MesosKeys.CORES, MEMORY, MesosKeys.MEMORY, GPUS, MesosKeys.GPUS, "ports", TaskKeys.PORT);

    static ExecutorSize from(BackendEnvironment.Settings settings) {
        int heap = (int) (MesosSettings.value(settings, MesosKeys.MEMORY).bytes() / MEGABYTE);
        return new ExecutorSize(
                MesosSettings.value(settings, MesosKeys.CORES),
                heap,
                overhead(MesosSettings.value(settings, MesosKeys.OVERHEAD), heap),
                named(settings));
    }

    /** A number without a unit is bytes, and was meant to be megabytes: what would come to nothing is refused. */
    private static int overhead(ByteSize set, int heap) {
        if (set.bytes() == 0) {
            return Math.clamp(heap / 2, LEAST_OVERHEAD, MOST_OVERHEAD);
        }
        if (set.bytes() < MEGABYTE) {
            throw new ConfigException(
                    MesosKeys.OVERHEAD.name()
                            + ": "
                            + set
                            + " are less than a megabyte; write a number and a unit, like 512m or 1g");
        }
        return (int) (set.bytes() / MEGABYTE);
    }

    /** In thousandths. */
    private static Map<String, Long> named(BackendEnvironment.Settings settings) {
        Map<String, Long> named = new TreeMap<>();
        NamedValues.parse(MesosKeys.RESOURCES, MesosSettings.value(settings, MesosKeys.RESOURCES))
                .forEach((name, amount) -> named.put(name, thousandths(name, amount)));
        int gpus = MesosSettings.value(settings, MesosKeys.GPUS);
        if (gpus > 0) {
            named.put(GPUS, gpus * MILLI);
        }
        return named;
    }

    private static long thousandths(String name, String amount) {
        ConfigKey<?> elsewhere = ELSEWHERE.get(name);
        if (elsewhere != null) {
            throw new ConfigException(
                    MesosKeys.RESOURCES.name()
                            + " names "
                            + name
                            + ", which has a key of its own: "
                            + elsewhere.name());
        }
        try {
            long milli = new BigDecimal(amount).movePointRight(3).longValueExact();
            if (milli > 0) {
                return milli;
            }
        } catch (ArithmeticException | NumberFormatException e) {
            // told below, as what is not above 0 is
        }
        throw new ConfigException(
                MesosKeys.RESOURCES.name()
                        + ": '"
                        + amount
                        + "' is not an amount of "
                        + name
                        + "; write a number above 0 with at most three decimals");
    }

    boolean hasGpus() {
        return named.containsKey(GPUS);
    }

    /** What tasks may use of it. */
    Resources lease() {
        return new Resources(cores * MILLI, 0, named);
    }

    /** What is to be offered for it. */
    Needs needs() {
        var scalars = new TreeMap<>(named);
        scalars.put(CPUS, cores * MILLI);
        scalars.put(MEMORY, (heapMegabytes + overheadMegabytes) * MILLI);
        return new Needs(scalars);
    }
}
