package dev.capstan.backend.mesosdev;

import dev.capstan.driver.backend.MasterUrl;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code mesos-dev[agents,cpus,memMB]}.
 *
 * @param agents how many
 * @param cpus of each
 * @param memoryMegabytes of each
 */
record MesosDevUrl(int agents, int cpus, int memoryMegabytes) {
    static final String FORMS =
            "mesos-dev[N,C,M] (a Mesos cluster within this process, whose N agents each offer C cpus and M megabytes)";

    private static final String NAME = "mesos-dev";
    private static final Pattern FORM =
            Pattern.compile(NAME + "\\[\\s*(\\d{1,3})\\s*,\\s*(\\d{1,4})\\s*,\\s*(\\d{1,7})\\s*]");

    /** The heap of an executor may not be smaller, and the JVM takes something besides. */
    static final int OVERHEAD_MEGABYTES = 192;

    private static final int LEAST_MEGABYTES = OVERHEAD_MEGABYTES + 64;

    static boolean isMesosDev(MasterUrl url) {
        return url.text().startsWith(NAME);
    }

    /**
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it
     */
    static MesosDevUrl parse(MasterUrl url) {
        Matcher matcher = FORM.matcher(url.text());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the master URL '" + url + "' is malformed; write " + FORMS);
        }
        return new MesosDevUrl(
                atLeast(1, url, "agents", matcher.group(1)),
                atLeast(1, url, "cpus", matcher.group(2)),
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
