package dev.capstan.mesos.constraint;

import dev.capstan.mesos.resource.Ranges;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.Attribute;

import java.math.BigDecimal;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The value of an attribute of an agent. */
public sealed interface AttributeValue {
    /** Whether one of its values is written like this. */
    boolean has(String value);

    /** Whether one of its values, as it is written, fulfils a condition. */
    boolean anyText(Predicate<String> condition);

    /** Whether one of its values is a number in an interval. */
    boolean anyNumber(Interval interval);

    /** All of it, as people write it; equal for equal values. */
    String text();

    /**
     * As a master tells it.
     *
     * @throws IllegalArgumentException when it cannot be understood, naming the attribute
     */
    static AttributeValue of(Attribute attribute) {
        try {
            return switch (attribute.getType()) {
                case TEXT -> new Text(attribute.getText().getValue());
                case SCALAR -> new Scalar(milli(attribute.getScalar().getValue()));
                case RANGES -> new Numbers(Ranges.of(attribute.getRanges()));
                case SET -> new Items(attribute.getSet().getItemList());
            };
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("attribute '" + attribute.getName() + "': " + e.getMessage(), e);
        }
    }

    /** Attributes, unlike resources, may be below zero. */
    private static long milli(double number) {
        return number < 0 ? -Thousandths.of(-number) : Thousandths.of(number);
    }

    /** Words. */
    record Text(String text) implements AttributeValue {
        @Override
        public boolean has(String value) {
            return text.equals(value);
        }

        @Override
        public boolean anyText(Predicate<String> condition) {
            return condition.test(text);
        }

        @Override
        public boolean anyNumber(Interval interval) {
            return Interval.number(text).filter(interval::contains).isPresent();
        }
    }

    /** A number, in thousandths. */
    record Scalar(long milli) implements AttributeValue {
        private static final int DIGITS = 3;

        @Override
        public boolean has(String value) {
            Optional<BigDecimal> asked = Interval.number(value);
            return asked.isPresent() && asked.get().compareTo(number()) == 0;
        }

        @Override
        public boolean anyText(Predicate<String> condition) {
            return condition.test(text());
        }

        @Override
        public boolean anyNumber(Interval interval) {
            return interval.contains(number());
        }

        @Override
        public String text() {
            return Thousandths.text(milli);
        }

        private BigDecimal number() {
            return BigDecimal.valueOf(milli, DIGITS);
        }
    }

    /** Whole numbers. */
    record Numbers(Ranges ranges) implements AttributeValue {
        @Override
        public boolean has(String value) {
            Optional<BigDecimal> asked = Interval.number(value);
            return asked.isPresent() && anyNumber(Interval.just(asked.get()));
        }

        /** Of the whole, since there may be too many numbers to go through. */
        @Override
        public boolean anyText(Predicate<String> condition) {
            return condition.test(text());
        }

        @Override
        public boolean anyNumber(Interval interval) {
            return ranges.parts().stream().anyMatch(interval::containsSomeOf);
        }

        @Override
        public String text() {
            return ranges.toString();
        }
    }

    /** Names. */
    record Items(SortedSet<String> names) implements AttributeValue {
        /** Takes a copy. */
        public Items {
            names = Collections.unmodifiableSortedSet(new TreeSet<>(names));
        }

        Items(Collection<String> names) {
            this(new TreeSet<>(names));
        }

        @Override
        public boolean has(String value) {
            return names.contains(value);
        }

        @Override
        public boolean anyText(Predicate<String> condition) {
            return names.stream().anyMatch(condition);
        }

        @Override
        public boolean anyNumber(Interval interval) {
            return names.stream().map(Interval::number).anyMatch(n -> n.filter(interval::contains).isPresent());
        }

        @Override
        public String text() {
            return "{" + String.join(", ", names) + "}";
        }
    }
}
