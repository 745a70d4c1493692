package dev.capstan.backend.mesosdev;

import dev.capstan.driver.backend.BracketForm;
import dev.capstan.driver.backend.MasterUrl;

import java.util.List;

/**
 * {@code mesos-dev[agents,cpus,memMB]}.
 *
 * @param agents how many
 * @param cpus of each
 * @param memoryMegabytes of each
 */
record MesosDevUrl(int agents, int cpus, int memoryMegabytes) {
    /** What an executor's JVM takes besides its heap. */
    static final int OVERHEAD_MEGABYTES = 192;

    private static final int LEAST_HEAP_MEGABYTES = 64;

    static final BracketForm FORM =
            new BracketForm(
                    "mesos-dev",
                    "mesos-dev[N,C,M] (a Mesos cluster within this process, whose N agents each offer C cpus and M"
                            + " megabytes)",
                    List.of(
                            new BracketForm.Count("agents", 1, 3),
                            new BracketForm.Count("cpus", 1, 4),
                            new BracketForm.Count("megabytes", LEAST_HEAP_MEGABYTES + OVERHEAD_MEGABYTES, 7)));

    /**
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it
     */
    static MesosDevUrl parse(MasterUrl url) {
        List<Integer> numbers = FORM.parse(url);
        return new MesosDevUrl(numbers.get(0), numbers.get(1), numbers.get(2));
    }
}
