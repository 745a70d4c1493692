package dev.capstan.mesos.constraint;

import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Conditions on the agents that may run a task. The language in which they are written is laid down in the
 * documentation of this package.
 *
 * <pre>{@code
 * Constraints constraints = Constraints.parse("rack in {r1, r2}; agent max-per 2; prefer zone = a");
 * List<String> why = constraints.refusals(agent, agentsOfTheGroup); // empty: the agent will do
 * }</pre>
 */
public final class Constraints {
    private final List<Constraint> constraints;

    Constraints(List<Constraint> constraints) {
        this.constraints = List.copyOf(constraints);
    }

    /**
     * Reads constraints; a blank text has none.
     *
     * @throws IllegalArgumentException when the text is malformed, telling which constraint is, where and what would do
     */
    public static Constraints parse(String text) {
        return new Constraints(ConstraintParser.parse(text));
    }

    /**
     * Why an agent must not have the task: one reason for each hard constraint that it does not meet, in words that are
     * the same for all agents, so that they can be counted.
     *
     * @param placed the agents on which tasks of the same group are, an agent once for each task
     */
    public List<String> refusals(AgentFacts agent, List<AgentFacts> placed) {
        return constraints.stream()
                .filter(constraint -> !constraint.isSoft())
                .map(constraint -> constraint.miss(agent, placed))
                .flatMap(Optional::stream)
                .toList();
    }

    /**
     * How many wishes an agent does not meet; the fewer, the better.
     *
     * @param placed the agents on which tasks of the same group are, an agent once for each task
     */
    public int softMisses(AgentFacts agent, List<AgentFacts> placed) {
        return (int)
                constraints.stream()
                        .filter(Constraint::isSoft)
                        .filter(constraint -> constraint.miss(agent, placed).isPresent())
                        .count();
    }

    /**
     * What a master can check by itself, so that it does not offer agents that would be refused. It never hides one
     * that would not be.
     *
     * @param roles for which offers come; all of them get the same constraints
     * @return without any role when a master can check none
     */
    public OfferConstraints offerConstraints(Collection<String> roles) {
        return MasterFilter.of(constraints, roles);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Constraints same && constraints.equals(same.constraints);
    }

    @Override
    public int hashCode() {
        return constraints.hashCode();
    }

    /** As they are written; reading that gives equal constraints. */
    @Override
    public String toString() {
        return constraints.stream().map(Constraint::toString).collect(Collectors.joining("; "));
    }
}
