package dev.capstan.mesos.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;

/** Compares each operator with what the documentation says in the plainest code there is: values as lists of texts. */
class ConditionModelTest {
    private static final int SEEDS = 30_000;

    @Test
    void eachOperatorMeansWhatItsDocumentationSays() {
        SortedMap<String, Integer> met = new TreeMap<>();
        SortedMap<String, Integer> missed = new TreeMap<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new RandomConstraints(new Random(seed));
            Constraint constraint = random.constraint();
            AgentFacts agent = random.agent();
            List<AgentFacts> placed = random.agents();
            boolean expected = meets(constraint, agent, placed);
            assertThat(constraint.miss(agent, placed).isEmpty())
                    .as("seed %s: %s on %s beside %s", seed, constraint, agent, placed)
                    .isEqualTo(expected);
            (expected ? met : missed).merge(constraint.condition().getClass().getSimpleName(), 1, Integer::sum);
        }
        assertThat(met.keySet()).as("each operator was met and missed").hasSize(8).isEqualTo(missed.keySet());
        assertThat(met.values()).allMatch(times -> times > SEEDS / 200);
        assertThat(missed.values()).allMatch(times -> times > SEEDS / 200);
    }

    private static boolean meets(Constraint constraint, AgentFacts agent, List<AgentFacts> placed) {
        List<String> values = values(constraint.field(), agent);
        if (values.isEmpty()) {
            return constraint.condition() instanceof Condition.NotExists;
        }
        return switch (constraint.condition()) {
            case Condition.Exists() -> true;
            case Condition.NotExists() -> false;
            case Condition.OneOf(var wanted) ->
                    values.stream()
                            .anyMatch(value -> wanted.stream().anyMatch(each -> same(constraint, agent, value, each)));
            case Condition.NoneOf(var unwanted) ->
                    values.stream()
                            .noneMatch(
                                    value -> unwanted.stream().anyMatch(each -> same(constraint, agent, value, each)));
            case Condition.Matches(var pattern) ->
                    isRanges(constraint.field(), agent)
                            ? pattern.matcher(whole(constraint.field(), agent)).matches()
                            : values.stream().anyMatch(value -> pattern.matcher(value).matches());
            case Condition.Within(var interval) ->
                    values.stream().anyMatch(value -> isNumber(value) && within(interval, new BigDecimal(value)));
            case Condition.MaxPer(var count) ->
                    placed.stream()
                                    .filter(each ->
                                            whole(constraint.field(), each).equals(whole(constraint.field(), agent)))
                                    .count()
                            < count;
            case Condition.GroupBy(var expected) -> {
                Map<String, Integer> counts = new HashMap<>();
                for (AgentFacts each : placed) {
                    if (!values(constraint.field(), each).isEmpty()) {
                        counts.merge(whole(constraint.field(), each), 1, Integer::sum);
                    }
                }
                for (int unseen = counts.size(); unseen < expected.orElse(0); unseen++) {
                    counts.put("another value " + unseen, 0);
                }
                int own = counts.getOrDefault(whole(constraint.field(), agent), 0);
                yield own == 0 || counts.values().stream().allMatch(count -> own <= count);
            }
        };
    }

    private static boolean same(Constraint constraint, AgentFacts agent, String value, String other) {
        boolean isNumeric =
                constraint.field().source() == Field.Source.ATTRIBUTE
                        && (agent.attributes().get(constraint.field().name()) instanceof AttributeValue.Scalar
                                || isRanges(constraint.field(), agent));
        return isNumeric
                ? isNumber(other) && new BigDecimal(value).compareTo(new BigDecimal(other)) == 0
                : value.equals(other);
    }

    private static boolean within(Interval interval, BigDecimal number) {
        int low = interval.low().map(number::compareTo).orElse(1);
        int high = interval.high().map(number::compareTo).orElse(-1);
        return (interval.lowIncluded() ? low >= 0 : low > 0) && (interval.highIncluded() ? high <= 0 : high < 0);
    }

    private static boolean isNumber(String text) {
        return text.matches("-?[0-9]+(\\.[0-9]+)?");
    }

    private static boolean isRanges(Field field, AgentFacts agent) {
        return field.source() == Field.Source.ATTRIBUTE
                && agent.attributes().get(field.name()) instanceof AttributeValue.Numbers;
    }

    /** Distinct for distinct values of one sort, and for each sort. */
    private static String whole(Field field, AgentFacts agent) {
        return switch (field.source()) {
            case ATTRIBUTE -> {
                AttributeValue value = agent.attributes().get(field.name());
                if (value == null) {
                    yield "none";
                }
                yield value instanceof AttributeValue.Numbers(var ranges) ? ranges.toString() : value.toString();
            }
            default -> String.join(",", values(field, agent));
        };
    }

    private static List<String> values(Field field, AgentFacts agent) {
        String fact =
                switch (field.source()) {
                    case HOSTNAME -> agent.hostname();
                    case REGION -> agent.region();
                    case ZONE -> agent.zone();
                    case AGENT -> agent.agentId();
                    case ATTRIBUTE -> "";
                };
        if (field.source() != Field.Source.ATTRIBUTE) {
            return fact.isEmpty() ? List.of() : List.of(fact);
        }
        List<String> values = new ArrayList<>();
        switch (agent.attributes().get(field.name())) {
            case null -> {}
            case AttributeValue.Text(var text) -> values.add(text);
            case AttributeValue.Scalar(var milli) ->
                    values.add(new BigDecimal(milli).movePointLeft(3).stripTrailingZeros().toPlainString());
            case AttributeValue.Items(var names) -> values.addAll(names);
            case AttributeValue.Numbers(var ranges) ->
                    ranges.parts()
                            .forEach(part -> {
                                for (long number = part.first(); number <= part.last(); number++) {
                                    values.add(Long.toString(number));
                                }
                            });
        }
        return values;
    }
}
