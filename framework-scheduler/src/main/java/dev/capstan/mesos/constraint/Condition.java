package dev.capstan.mesos.constraint;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a constraint says of a field. Each is written as {@link Object#toString} gives it. */
sealed interface Condition {
    /** Whether an agent that has the field meets it. */
    boolean holds(AttributeValue value, Field field, List<AgentFacts> placed);

    /** Why an agent that does not meet it is refused, whatever value it has. */
    String refusal(Field field);

    /** The agent has the field. */
    record Exists() implements Condition {
        @Override
        public boolean holds(AttributeValue value, Field field, List<AgentFacts> placed) {
            return true;
        }

        @Override
        public String refusal(Field field) {
            return Condition.missing(field);
        }

        @Override
        public String toString() {
            return "exists";
        }
    }

    /** The agent has it not. */
    record NotExists() implements Condition {
        @Override
        public boolean holds(AttributeValue value, Field field, List<AgentFacts> placed) {
            return false;
        }

        @Override
        public String refusal(Field field) {
            return "the agent must have no " + field.described();
        }

        @Override
        public String toString() {
            return "!exists";
        }
    }

    /** It is one of these. */
    record OneOf(SortedSet<String> values) implements Condition {
        public OneOf {
            values = copy(values);
        }

        @Override
        public boolean holds(AttributeValue value, Field field, List<AgentFacts> placed) {
            return values.stream().anyMatch(value::has);
        }

        @Override
        public String refusal(Field field) {
            return field.name() + " must be " + (values.size() == 1 ? values.getFirst() : "one of " + values);
        }

        @Override
        public String toString() {
            return values.size() == 1 ? "= " + Words.value(values.getFirst()) : "in " + braced(values);
        }
    }

    /** It is none of these. */
    record NoneOf(SortedSet<String> values) implements Condition {
        public NoneOf {
            values = copy(values);
        }

        @Override
        public boolean holds(AttributeValue value, Field field, List<AgentFacts> placed) {
            return values.stream().noneMatch(value::has);
        }

        @Override
        public String refusal(Field field) {
            return field.name()
                    + (values.size() == 1 ? " must not be " + values.getFirst() : " must be none of " + values);
        }

        @Override
        public String toString() {
            return values.size() == 1 ? "!= " + Words.value(values.getFirst()) : "!in " + braced(values);
        }
    }

    /** A regular expression matches all of it. */
    record Matches(Pattern pattern) implements Condition {
        @Override
        public boolean holds(AttributeValue value, Field field, List<AgentFacts> placed) {
            return value.anyText(text -> pattern.matcher(text).matches());
        }

        @Override
        public String refusal(Field field) {
            return field.name() + " must match " + pattern;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Matches(var same) && same.pattern().equals(pattern.pattern());
        }

        @Override
        public int hashCode() {
            return pattern.pattern().hashCode();
        }

        @Override
        public String toString() {
            return "~ " + Words.value(pattern.pattern());
        }
    }

    /** It is a number, and in an interval. */
    record Within(Interval interval) implements Condition {
        @Override
        public boolean holds(AttributeValue value, Field field, List<AgentFacts> placed) {
            return value.anyNumber(interval);
        }

        @Override
        public String refusal(Field field) {
            return field.name() + " must be a number " + interval;
        }

        @Override
        public String toString() {
            return interval.toString();
        }
    }

    /** So many tasks of the group at most have the same value. */
    record MaxPer(int count) implements Condition {
        @Override
        public boolean holds(AttributeValue value, Field field, List<AgentFacts> placed) {
            return placed.stream().filter(each -> field.of(each).equals(Optional.of(value))).count() < count;
        }

        @Override
        public String refusal(Field field) {
            return "at most " + count + (count == 1 ? " task" : " tasks") + " per " + field.name() + " may run";
        }

        @Override
        public String toString() {
            return count == 1 ? "unique" : "max-per " + count;
        }
    }

    /** Tasks of the group are spread evenly over the values, of which so many are known to exist. */
    record GroupBy(OptionalInt expected) implements Condition {
        @Override
        public boolean holds(AttributeValue value, Field field, List<AgentFacts> placed) {
            Map<AttributeValue, Long> counts = new LinkedHashMap<>();
            for (AgentFacts each : placed) {
                field.of(each).ifPresent(known -> counts.merge(known, 1L, Long::sum));
            }
            long own = counts.getOrDefault(value, 0L);
            boolean othersAreEmpty = counts.size() < expected.orElse(0);
            return own == 0 || (!othersAreEmpty && own == Collections.min(counts.values()));
        }

        @Override
        public String refusal(Field field) {
            return "tasks must be spread evenly by " + field.name();
        }

        @Override
        public String toString() {
            return expected.isPresent() ? "group-by " + expected.getAsInt() : "group-by";
        }
    }

    static String missing(Field field) {
        return "the agent has no " + field.described();
    }

    private static SortedSet<String> copy(SortedSet<String> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there must be a value");
        }
        return Collections.unmodifiableSortedSet(new TreeSet<>(values));
    }

    private static String braced(SortedSet<String> values) {
        return values.stream().map(Words::value).collect(Collectors.joining(", ", "{", "}"));
    }
}
