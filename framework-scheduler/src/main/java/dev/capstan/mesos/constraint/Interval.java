package dev.capstan.mesos.constraint;

import dev.capstan.mesos.resource.Range;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Numbers from one to another, both included, or from one on, or up to one.
 *
 * @param low where it begins; empty when it has no beginning
 * @param lowIncluded whether that belongs to it; not without one
 * @param high where it ends; empty when it has no end
 * @param highIncluded whether that belongs to it; not without one
 */
public record Interval(Optional<BigDecimal> low, boolean lowIncluded, Optional<BigDecimal> high, boolean highIncluded) {
    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,30}(\\.[0-9]{1,30})?");

    /** Checks that it does not end before it begins, and writes its ends without zeros that say nothing. */
    public Interval {
        low = low.map(Interval::canonical);
        high = high.map(Interval::canonical);
        boolean isClosed = low.isPresent() && high.isPresent();
        if ((low.isEmpty() && (high.isEmpty() || lowIncluded))
                || (high.isEmpty() && highIncluded)
                || (isClosed && !(lowIncluded && highIncluded))) {
            throw new IllegalArgumentException("an interval has two ends, both included, or one");
        }
        if (isClosed && low.get().compareTo(high.get()) > 0) {
            throw new IllegalArgumentException(
                    "[" + low.get().toPlainString() + "-" + high.get().toPlainString() + "] ends before it begins");
        }
    }

    /** Two equal numbers are to be equal objects. */
    private static BigDecimal canonical(BigDecimal number) {
        return new BigDecimal(number.stripTrailingZeros().toPlainString());
    }

    static Interval just(BigDecimal number) {
        return new Interval(Optional.of(number), true, Optional.of(number), true);
    }

    static Interval below(BigDecimal high, boolean included) {
        return new Interval(Optional.empty(), false, Optional.of(high), included);
    }

    static Interval above(BigDecimal low, boolean included) {
        return new Interval(Optional.of(low), included, Optional.empty(), false);
    }

    static Interval between(BigDecimal low, BigDecimal high) {
        return new Interval(Optional.of(low), true, Optional.of(high), true);
    }

    /** The number that a text is, if it is one. */
    static Optional<BigDecimal> number(String text) {
        return NUMBER.matcher(text).matches() ? Optional.of(new BigDecimal(text)) : Optional.empty();
    }

    /** Whether a number belongs to it. */
    public boolean contains(BigDecimal number) {
        return low.map(number::compareTo).map(order -> order > 0 || (order == 0 && lowIncluded)).orElse(true)
                && high.map(number::compareTo).map(order -> order < 0 || (order == 0 && highIncluded)).orElse(true);
    }

    /** Whether a whole number of a range belongs to it. */
    boolean containsSomeOf(Range range) {
        var first = BigDecimal.valueOf(range.first());
        BigDecimal least = low.map(this::leastWhole).map(first::max).orElse(first);
        return least.compareTo(BigDecimal.valueOf(range.last())) <= 0 && contains(least);
    }

    private BigDecimal leastWhole(BigDecimal bound) {
        BigDecimal up = bound.setScale(0, RoundingMode.CEILING);
        return up.compareTo(bound) == 0 && !lowIncluded ? up.add(BigDecimal.ONE) : up;
    }

    /** As it is written in a constraint. */
    @Override
    public String toString() {
        if (low.isPresent() && high.isPresent()) {
            return "in [" + low.get().toPlainString() + " .. " + high.get().toPlainString() + "]";
        }
        return low.map(bound -> (lowIncluded ? ">= " : "> ") + bound.toPlainString())
                .or(() -> high.map(bound -> (highIncluded ? "<= " : "< ") + bound.toPlainString()))
                .orElseThrow();
    }
}
