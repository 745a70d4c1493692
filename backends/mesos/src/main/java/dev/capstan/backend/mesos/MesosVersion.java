package dev.capstan.backend.mesos;

import java.util.Comparator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What matters of a version of Mesos. */
record MesosVersion(int major, int minor) implements Comparable<MesosVersion> {
    /** Of masters and agents: the first that knows all capabilities that we name. */
    static final MesosVersion LEAST = new MesosVersion(1, 5);

    private static final Pattern FORM = Pattern.compile("(\\d{1,6})\\.(\\d{1,6}).*");
    private static final Comparator<MesosVersion> ORDER =
            Comparator.comparingInt(MesosVersion::major).thenComparingInt(MesosVersion::minor);

    /** Reads {@code 1.11.0} and {@code 1.12.0-dev}; what is no version counts as older than all. */
    static MesosVersion parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? new MesosVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)))
                : new MesosVersion(0, 0);
    }

    @Override
    public int compareTo(MesosVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor;
    }
}
