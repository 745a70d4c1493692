package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.kernel.config.ConfigException;

import java.time.Duration;

/**
 * How many executors there are.
 *
 * @param least how many there are to be even while nothing runs
 * @param most how many there may be
 * @param idle for how long nothing must have run until those above the least are given back
 */
record ExecutorCount(int least, int most, Duration idle) {
    static ExecutorCount from(BackendEnvironment.Settings settings, int coresOfEach) {
        int most = mostExecutors(MesosSettings.value(settings, MesosKeys.MOST_CORES), coresOfEach);
        return new ExecutorCount(
                Math.min(most, MesosSettings.value(settings, MesosKeys.LEAST_EXECUTORS)),
                most,
                MesosSettings.value(settings, MesosKeys.IDLE));
    }

    private static int mostExecutors(int mostCores, int cores) {
        if (mostCores < cores) {
            throw new ConfigException(
                    MesosKeys.MOST_CORES.name()
                            + " ("
                            + mostCores
                            + ") is less than one executor takes: "
                            + MesosKeys.CORES.name()
                            + " is "
                            + cores);
        }
        return mostCores / cores;
    }
}
