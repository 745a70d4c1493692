package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.PoolSettings.Pool;
import dev.capstan.driver.scheduling.SchedulingConfig.OrderMode;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;

/**
 * The text that sets up pools, one per line; {@code #} begins a comment:
 *
 * <pre>
 * # name       share    cores first  order within
 * pool production weight=3 minShare=2   order=fifo
 * pool research   weight=1              order=fair
 * </pre>
 */
public final class PoolFile {
    private PoolFile() {}

    /**
     * Reads the text.
     *
     * @throws IllegalArgumentException naming the line and the word that is wrong
     */
    public static PoolSettings parse(String text) {
        var pools = new ArrayList<Pool>();
        var names = new HashSet<String>();
        List<String> lines = text.lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = withoutComment(lines.get(i)).strip();
            if (!line.isEmpty()) {
                Pool pool = parseLine(i + 1, line.split("\\s+", -1));
                if (!names.add(pool.name())) {
                    throw wrong(i + 1, pool.name(), "this pool is set up twice");
                }
                pools.add(pool);
            }
        }
        return new PoolSettings(pools);
    }

    private static Pool parseLine(int number, String[] words) {
        if (!words[0].equals("pool")) {
            throw wrong(number, words[0], "a line begins with the word pool");
        }
        if (words.length < 2 || words[1].contains("=")) {
            throw wrong(
                    number, words.length < 2 ? words[0] : words[1], "the name of the pool comes after the word pool");
        }
        int weight = 1;
        int minShare = 0;
        OrderMode order = OrderMode.FIFO;
        var seen = new HashSet<String>();
        for (int i = 2; i < words.length; i++) {
            int equals = words[i].indexOf('=');
            String key = equals < 0 ? words[i] : words[i].substring(0, equals);
            String value = equals < 0 ? "" : words[i].substring(equals + 1);
            if (!seen.add(key)) {
                throw wrong(number, words[i], key + " is given twice");
            }
            switch (key) {
                case "weight" -> weight = number(number, words[i], value, 1);
                case "minShare" -> minShare = number(number, words[i], value, 0);
                case "order" -> order = order(number, words[i], value);
                default -> throw wrong(number, words[i], "a pool has weight=, minShare= and order=");
            }
        }
        return new Pool(words[1], weight, minShare, order);
    }

    private static int number(int line, String word, String value, int least) {
        try {
            int number = Integer.parseInt(value);
            if (number >= least) {
                return number;
            }
        } catch (NumberFormatException _) {
            throw wrong(line, word, "a whole number from " + least + " is expected after =");
        }
        throw wrong(line, word, "a whole number from " + least + " is expected after =");
    }

    private static OrderMode order(int line, String word, String value) {
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "fifo" -> OrderMode.FIFO;
            case "fair" -> OrderMode.FAIR;
            default -> throw wrong(line, word, "order is fifo or fair");
        };
    }

    private static String withoutComment(String line) {
        int comment = line.indexOf('#');
        return comment < 0 ? line : line.substring(0, comment);
    }

    private static IllegalArgumentException wrong(int line, String word, String why) {
        return new IllegalArgumentException("pools file, line " + line + ", at \"" + word + "\": " + why);
    }
}
