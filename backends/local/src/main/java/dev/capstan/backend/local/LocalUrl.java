package dev.capstan.backend.local;

import dev.capstan.driver.backend.MasterUrl;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code local}, {@code local[N]}, {@code local[*]} or {@code local[N,F]}.
 *
 * @param cores how many tasks run at once
 * @param maxFailures how often a task may fail before its job does, 0 when the URL does not say
 */
record LocalUrl(int cores, int maxFailures) {
    static final String FORMS =
            "local, local[N], local[*], local[N,F] (N cores, * all of them; a task may fail F times)";

    private static final Pattern FORM = Pattern.compile("local(?:\\[\\s*(\\*|\\d+)\\s*(?:,\\s*(\\d+)\\s*)?])?");
    private static final int MOST = 10_000;

    /** Other kinds of URL may begin with the same word, {@code local-cluster} for one. */
    static boolean isLocal(MasterUrl url) {
        return url.text().equals("local") || url.text().startsWith("local[");
    }

    static LocalUrl parse(MasterUrl url, int coresOfMachine) {
        Matcher matcher = FORM.matcher(url.text());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the master URL '" + url + "' is malformed; write " + FORMS);
        }
        String cores = matcher.group(1);
        String failures = matcher.group(2);
        return new LocalUrl(
                cores == null ? 1 : cores.equals("*") ? coresOfMachine : number(url, "cores", cores),
                failures == null ? 0 : number(url, "failures", failures));
    }

    private static int number(MasterUrl url, String what, String digits) {
        if (digits.length() > 5 || Integer.parseInt(digits) < 1 || Integer.parseInt(digits) > MOST) {
            throw new IllegalArgumentException(
                    "the master URL '"
                            + url
                            + "' asks for "
                            + digits
                            + " "
                            + what
                            + "; from 1 to "
                            + MOST
                            + " are possible");
        }
        return Integer.parseInt(digits);
    }
}
