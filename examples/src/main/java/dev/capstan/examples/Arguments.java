package dev.capstan.examples;

import java.util.List;
import java.util.Locale;

/** The arguments of an example, looked at before anything is started. */
final class Arguments {
    private final String usage;
    private final List<String> given;

    /**
     * @param usage of the example, such as {@code pi [DARTS]}
     * @param most how many it takes
     */
    Arguments(String usage, String[] given, int most) {
        this.usage = usage;
        this.given = List.of(given);
        if (given.length > most) {
            throw new BadArgumentException("usage: " + usage + "; there is no use for '" + given[most] + "'");
        }
    }

    /** The whole number at a position, which is from 1 to the most; what it is otherwise if it was not given. */
    long number(int position, long otherwise, long most) {
        if (position >= given.size()) {
            return otherwise;
        }
        String text = given.get(position);
        try {
            long number = Long.parseLong(text);
            if (number >= 1 && number <= most) {
                return number;
            }
        } catch (NumberFormatException _) {
            throw refused(text, most);
        }
        throw refused(text, most);
    }

    /** All of them as text; none is blank. */
    List<String> texts() {
        if (given.stream().anyMatch(String::isBlank)) {
            throw new BadArgumentException("usage: " + usage + "; an argument must not be blank");
        }
        return given;
    }

    private BadArgumentException refused(String text, long most) {
        return new BadArgumentException(
                String.format(
                        Locale.ROOT, "usage: %s; a whole number from 1 to %,d is wanted, not '%s'", usage, most, text));
    }
}
