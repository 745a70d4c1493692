package dev.capstan.kernel.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What values a key takes.
 *
 * @param name for documentation
 * @param parser throws {@link IllegalArgumentException} saying what a value looks like
 */
public record ConfigType<T>(String name, Function<String, T> parser) {
    public static final ConfigType<String> TEXT = new ConfigType<>("text", Function.identity());

    /** Text that is shown to nobody. */
    public static final ConfigType<String> SECRET = new ConfigType<>("secret text", Function.identity());

    public static final ConfigType<Duration> DURATION = new ConfigType<>("duration", Durations::parse);
    public static final ConfigType<ByteSize> SIZE = new ConfigType<>("size", ByteSize::parse);
    public static final ConfigType<Boolean> SWITCH = new ConfigType<>("true or false", ConfigType::parseSwitch);
    public static final ConfigType<Double> NUMBER = new ConfigType<>("number", ConfigType::parseNumber);

    /** A size within bounds. */
    public static ConfigType<ByteSize> size(ByteSize least, ByteSize most) {
        String name = "size, " + least + " to " + most;
        return new ConfigType<>(
                name,
                text -> {
                    ByteSize value = ByteSize.parse(text);
                    if (value.bytes() < least.bytes() || value.bytes() > most.bytes()) {
                        throw new IllegalArgumentException("'" + text + "' is out of bounds; it takes a " + name);
                    }
                    return value;
                });
    }

    /** A part of a whole, from 0 to 1. */
    public static final ConfigType<Double> FRACTION =
            new ConfigType<>(
                    "fraction, 0 to 1",
                    text -> {
                        double value = parseNumber(text);
                        if (!(value >= 0 && value <= 1)) {
                            throw new IllegalArgumentException("'" + text + "' is out of bounds; it is a part of 1");
                        }
                        return value;
                    });

    /** A whole number within bounds. */
    public static ConfigType<Integer> whole(int least, int most) {
        String name =
                most == Integer.MAX_VALUE ? "whole number from " + least : "whole number, " + least + " to " + most;
        return new ConfigType<>(
                name,
                text -> {
                    int value = parseWhole(text);
                    if (value < least || value > most) {
                        throw new IllegalArgumentException("'" + text + "' is out of bounds; it takes a " + name);
                    }
                    return value;
                });
    }

    /** One of the constants, in any case. */
    public static <E extends Enum<E>> ConfigType<E> oneOf(Class<E> constants) {
        String names =
                Arrays.stream(constants.getEnumConstants())
                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                        .collect(Collectors.joining(", "));
        return new ConfigType<>(
                "one of " + names,
                text -> {
                    for (E constant : constants.getEnumConstants()) {
                        if (constant.name().equalsIgnoreCase(text.strip())) {
                            return constant;
                        }
                    }
                    throw new IllegalArgumentException("'" + text + "' is none of " + names);
                });
    }

    private static int parseWhole(String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a whole number", e);
        }
    }

    private static double parseNumber(String text) {
        try {
            return Double.parseDouble(text.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number", e);
        }
    }

    private static boolean parseSwitch(String text) {
        return switch (text.strip().toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on" -> true;
            case "false", "no", "off" -> false;
            default -> throw new IllegalArgumentException("'" + text + "' is neither true nor false");
        };
    }
}
