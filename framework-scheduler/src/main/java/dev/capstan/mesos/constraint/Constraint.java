package dev.capstan.mesos.constraint;

import java.util.List;
import java.util.Optional;

/**
 * One condition on agents.
 *
 * @param isSoft whether it is a wish only
 */
record Constraint(boolean isSoft, Field field, Condition condition) {
    /** Why an agent does not meet it; empty when it does. */
    Optional<String> miss(AgentFacts agent, List<AgentFacts> placed) {
        Optional<AttributeValue> value = field.of(agent);
        if (value.isEmpty()) {
            return condition instanceof Condition.NotExists ? Optional.empty() : Optional.of(Condition.missing(field));
        }
        return condition.holds(value.get(), field, placed) ? Optional.empty() : Optional.of(condition.refusal(field));
    }

    @Override
    public String toString() {
        return (isSoft ? ConstraintParser.PREFER + " " : "") + field + " " + condition;
    }
}
