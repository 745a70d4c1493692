package dev.capstan.backend.localcluster;

import dev.capstan.driver.backend.MasterUrl;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code local-cluster[n,cores,memMB]}.
 *
 * @param executors how many processes
 * @param cores of each
 * @param memoryMegabytes heap of each
 */
record LocalClusterUrl(int executors, int cores, int memoryMegabytes) {
    static final String FORMS =
            "local-cluster[N,C,M] (N executor processes on this machine, each with C cores and a heap of M megabytes)";

    private static final Pattern FORM =
            Pattern.compile("local-cluster\\[\\s*(\\d{1,4})\\s*,\\s*(\\d{1,4})\\s*,\\s*(\\d{1,7})\\s*]");
    private static final int LEAST_MEGABYTES = 64;

    static boolean isLocalCluster(MasterUrl url) {
        return url.text().startsWith("local-cluster");
    }

    /**
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it
     */
    static LocalClusterUrl parse(MasterUrl url) {
        Matcher matcher = FORM.matcher(url.text());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the master URL '" + url + "' is malformed; write " + FORMS);
        }
        return new LocalClusterUrl(
                atLeast(1, url, "executors", matcher.group(1)),
                atLeast(1, url, "cores", matcher.group(2)),
                atLeast(LEAST_MEGABYTES, url, "megabytes", matcher.group(3)));
    }

    private static int atLeast(int least, MasterUrl url, String what, String digits) {
        int number = Integer.parseInt(digits);
        if (number < least) {
            throw new IllegalArgumentException(
                    "the master URL '" + url + "' asks for " + number + " " + what + "; " + least + " is the least");
        }
        return number;
    }
}
