package dev.capstan.driver.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The form of master URLs that name a kind of cluster, and its size in brackets: {@code local-cluster[2,1,512]}.
 *
 * @param name before the bracket
 * @param usage what to write, for those who wrote something else
 * @param counts what the numbers mean, in their order
 */
public record BracketForm(String name, String usage, List<Count> counts) {
    /**
     * One of the numbers.
     *
     * @param what is counted
     * @param least that is possible
     * @param digits that there may be at most
     */
    public record Count(String what, int least, int digits) {
        private static final int MOST_DIGITS = 9; // that surely fit an int

        public Count {
            if (digits < 1 || digits > MOST_DIGITS) {
                throw new IllegalArgumentException("numbers of 1 to " + MOST_DIGITS + " digits, not of " + digits);
            }
        }
    }

    public BracketForm {
        counts = List.copyOf(counts);
    }

    /** Whether the URL is meant to have this form, be it well written or not. */
    public boolean isMeantBy(MasterUrl url) {
        return url.text().startsWith(name);
    }

    /**
     * The numbers of a URL, as many as there are {@link #counts}.
     *
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it
     */
    public List<Integer> parse(MasterUrl url) {
        Matcher matcher = pattern().matcher(url.text());
        if (!matcher.matches()) {
            throw new IllegalArgumentException("the master URL '" + url + "' is malformed; write " + usage);
        }
        List<Integer> numbers = new ArrayList<>();
        for (Count count : counts) {
            int number = Integer.parseInt(matcher.group(numbers.size() + 1));
            if (number < count.least()) {
                throw new IllegalArgumentException(
                        "the master URL '"
                                + url
                                + "' asks for "
                                + number
                                + " "
                                + count.what()
                                + "; "
                                + count.least()
                                + " is the least");
            }
            numbers.add(number);
        }
        return numbers;
    }

    private Pattern pattern() {
        return Pattern.compile(
                counts.stream()
                        .map(count -> "\\s*(\\d{1," + count.digits() + "})\\s*")
                        .collect(Collectors.joining(",", Pattern.quote(name) + "\\[", "]")));
    }
}
