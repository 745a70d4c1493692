package dev.capstan.mesos.constraint;

import dev.capstan.mesos.resource.Range;
import dev.capstan.mesos.resource.Ranges;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Agents and constraints on them, drawn from a seed; from so few names and values that they often meet. */
final class RandomConstraints {
    private static final List<String> NAMES = List.of("rack", "speed", "odd name", "zone", "prefer");
    private static final List<String> VALUES = List.of("a", "b", "3", "3.5", "4", "", "a b", "q\"\\;", "a;{b},");
    private static final List<String> PATTERNS =
            List.of("a", "[a-b]", ".*", "a|b", "a( b)?", "[0-9.]+", "\\d+", "(?i)A");

    private final Random random;

    RandomConstraints(Random random) {
        this.random = random;
    }

    AgentFacts agent() {
        SortedMap<String, AttributeValue> attributes = new TreeMap<>();
        for (String name : NAMES) {
            if (random.nextBoolean()) {
                attributes.put(name, attribute());
            }
        }
        boolean hasDomain = random.nextBoolean();
        return new AgentFacts(
                "agent-" + random.nextInt(4),
                oneOf(List.of("a", "b", "3")),
                hasDomain ? oneOf(VALUES) : "",
                hasDomain ? oneOf(VALUES) : "",
                attributes);
    }

    List<AgentFacts> agents() {
        List<AgentFacts> agents = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            agents.add(agent());
        }
        return agents;
    }

    private AttributeValue attribute() {
        return switch (random.nextInt(5)) {
            case 0 -> new AttributeValue.Scalar(random.nextInt(-2, 10) * 500L);
            case 1 -> {
                List<Range> ranges = new ArrayList<>();
                for (int i = 1 + random.nextInt(2); i > 0; i--) {
                    int first = random.nextInt(6);
                    ranges.add(new Range(first, first + random.nextInt(2)));
                }
                yield new AttributeValue.Numbers(new Ranges(ranges));
            }
            case 2 -> new AttributeValue.Items(values());
            default -> new AttributeValue.Text(oneOf(VALUES));
        };
    }

    Constraints constraints() {
        List<Constraint> constraints = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            constraints.add(new Constraint(random.nextInt(4) == 0, field(), condition()));
        }
        return new Constraints(constraints);
    }

    Constraint constraint() {
        return new Constraint(false, field(), condition());
    }

    private Field field() {
        return random.nextInt(3) > 0
                ? Field.attribute(oneOf(NAMES))
                : Field.named(oneOf(List.of("hostname", "region", "zone", "agent")));
    }

    private Condition condition() {
        return switch (random.nextInt(11)) {
            case 0 -> new Condition.Exists();
            case 1 -> new Condition.NotExists();
            case 2 -> new Condition.NoneOf(values());
            case 3 -> new Condition.Matches(Pattern.compile(oneOf(PATTERNS)));
            case 4 -> {
                BigDecimal low = number();
                yield new Condition.Within(Interval.between(low, low.add(number().abs())));
            }
            case 5 -> new Condition.Within(Interval.below(number(), random.nextBoolean()));
            case 6 -> new Condition.Within(Interval.above(number(), random.nextBoolean()));
            case 7 -> new Condition.MaxPer(1 + random.nextInt(3));
            case 8 ->
                    new Condition.GroupBy(
                            random.nextBoolean() ? OptionalInt.empty() : OptionalInt.of(1 + random.nextInt(4)));
            default -> new Condition.OneOf(values());
        };
    }

    private BigDecimal number() {
        return BigDecimal.valueOf(random.nextInt(-2, 14) * 5L, 1);
    }

    private SortedSet<String> values() {
        SortedSet<String> values = new TreeSet<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            values.add(oneOf(VALUES));
        }
        return values;
    }

    private <T> T oneOf(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
