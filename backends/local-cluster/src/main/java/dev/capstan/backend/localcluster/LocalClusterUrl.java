package dev.capstan.backend.localcluster;

import dev.capstan.driver.backend.BracketForm;
import dev.capstan.driver.backend.MasterUrl;

import java.util.List;

/**
 * {@code local-cluster[n,cores,memMB]}.
 *
 * @param executors how many processes
 * @param cores of each
 * @param memoryMegabytes heap of each
 */
record LocalClusterUrl(int executors, int cores, int memoryMegabytes) {
    private static final int LEAST_MEGABYTES = 64;

    static final BracketForm FORM =
            new BracketForm(
                    "local-cluster",
                    "local-cluster[N,C,M] (N executor processes on this machine, each with C cores and a heap of M"
                            + " megabytes)",
                    List.of(
                            new BracketForm.Count("executors", 1, 4),
                            new BracketForm.Count("cores", 1, 4),
                            new BracketForm.Count("megabytes", LEAST_MEGABYTES, 7)));

    /**
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it
     */
    static LocalClusterUrl parse(MasterUrl url) {
        List<Integer> numbers = FORM.parse(url);
        return new LocalClusterUrl(numbers.get(0), numbers.get(1), numbers.get(2));
    }
}
