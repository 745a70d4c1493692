package dev.capstan.mesos.scheduler;

/** What Mesos takes as a name. */
final class Names {
    private static final int MOST_CHARACTERS = 255;

    private Names() {}

    /** Checks the name of a task, an executor or an operation. */
    static void require(String thing, String name) {
        boolean usable =
                !name.isEmpty()
                        && name.length() <= MOST_CHARACTERS
                        && !name.equals(".")
                        && !name.equals("..")
                        && name.chars().noneMatch(c -> c == '/' || c == '\\' || Character.isISOControl(c) || c == ' ');
        if (!usable) {
            throw new IllegalArgumentException(
                    "Mesos takes no "
                            + thing
                            + " by the name '"
                            + name
                            + "': names have 1 to "
                            + MOST_CHARACTERS
                            + " characters, none of them a slash, a blank or a control character");
        }
    }
}
