package dev.capstan.mesos.constraint;

import java.util.Optional;

/**
 * What of an agent a constraint is about.
 *
 * @param name of the attribute, or of the fact
 */
record Field(Source source, String name) {
    enum Source {
        HOSTNAME,
        REGION,
        ZONE,
        AGENT,
        ATTRIBUTE
    }

    static Field attribute(String name) {
        return new Field(Source.ATTRIBUTE, name);
    }

    /** A name without quotes: one of those with a meaning, or else an attribute. */
    static Field named(String name) {
        Source source =
                switch (name) {
                    case "hostname" -> Source.HOSTNAME;
                    case "region" -> Source.REGION;
                    case "zone" -> Source.ZONE;
                    case "agent" -> Source.AGENT;
                    default -> Source.ATTRIBUTE;
                };
        return new Field(source, name);
    }

    Optional<AttributeValue> of(AgentFacts agent) {
        return switch (source) {
            case HOSTNAME -> known(agent.hostname());
            case REGION -> known(agent.region());
            case ZONE -> known(agent.zone());
            case AGENT -> known(agent.agentId());
            case ATTRIBUTE -> Optional.ofNullable(agent.attributes().get(name));
        };
    }

    private static Optional<AttributeValue> known(String fact) {
        return fact.isEmpty() ? Optional.empty() : Optional.of(new AttributeValue.Text(fact));
    }

    /** In a sentence. */
    String described() {
        return source == Source.ATTRIBUTE ? "attribute " + name : name;
    }

    /** As it is written in a constraint. */
    @Override
    public String toString() {
        boolean isPlain = named(name).equals(this) && !name.equals(ConstraintParser.PREFER);
        return isPlain ? Words.field(name) : Words.quoted(name);
    }
}
