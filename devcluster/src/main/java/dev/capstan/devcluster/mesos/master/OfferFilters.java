package dev.capstan.devcluster.mesos.master;

import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.OfferFilters.ResourceQuantities;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Predicate;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** What a framework has asked not to be offered: too little of an agent, and agents with the wrong attributes. */
final class OfferFilters {
    private OfferFilters() {}

    /** Whether there is at least one of the quantities that the framework wants to hear of. */
    static boolean isEnough(FrameworkInfo framework, String role, ResourceBag resources) {
        var filters = framework.getOfferFiltersMap().get(role);
        if (filters == null || !filters.hasMinAllocatableResources()) {
            return true;
        }
        var wanted = filters.getMinAllocatableResources().getQuantitiesList();
        return wanted.isEmpty() || wanted.stream().anyMatch(each -> contains(resources, each));
    }

    private static boolean contains(ResourceBag resources, ResourceQuantities quantities) {
        return quantities.getQuantitiesMap().entrySet().stream()
                .allMatch(each -> resources.milli(each.getKey()) >= Thousandths.of(each.getValue().getValue()));
    }

    /** Whether an agent fits one group of constraints, or there are none for the role. */
    static boolean isAllowed(OfferConstraints constraints, String role, AgentInfo agent) {
        var ofRole = constraints.getRoleConstraintsMap().get(role);
        return ofRole == null
                || ofRole.getGroupsList().stream()
                        .anyMatch(group ->
                                group.getAttributeConstraintsList().stream().allMatch(each -> fits(each, agent)));
    }

    private static boolean fits(AttributeConstraint constraint, AgentInfo agent) {
        return switch (constraint.getSelector().getSelectorCase()) {
            case PSEUDOATTRIBUTE_TYPE -> fitsText(constraint.getPredicate(), pseudo(constraint.getSelector(), agent));
            case ATTRIBUTE_NAME -> {
                Optional<Attribute> attribute =
                        agent.getAttributesList().stream()
                                .filter(each -> each.getName().equals(constraint.getSelector().getAttributeName()))
                                .findFirst();
                // a text predicate says nothing about what is no text: the agent passes, as with a real master
                yield attribute.isPresent() && attribute.get().getType() != Value.Type.TEXT
                        ? !constraint.getPredicate().hasNotExists()
                        : fitsText(
                                constraint.getPredicate(),
                                attribute.map(each -> each.getText().getValue()).orElse(null));
            }
            case SELECTOR_NOT_SET -> true;
        };
    }

    private static @Nullable String pseudo(Selector selector, AgentInfo agent) {
        var zone = agent.getDomain().getFaultDomain();
        return switch (selector.getPseudoattributeType()) {
            case HOSTNAME -> agent.getHostname();
            case REGION -> agent.hasDomain() ? zone.getRegion().getName() : null;
            case ZONE -> agent.hasDomain() ? zone.getZone().getName() : null;
            case UNKNOWN -> null;
        };
    }

    private static boolean fitsText(Predicate predicate, @Nullable String text) {
        return switch (predicate.getPredicateCase()) {
            case EXISTS -> text != null;
            case NOT_EXISTS -> text == null;
            case TEXT_EQUALS -> predicate.getTextEquals().getValue().equals(text);
            case TEXT_NOT_EQUALS -> !predicate.getTextNotEquals().getValue().equals(text);
            case TEXT_MATCHES -> text != null && Pattern.matches(predicate.getTextMatches().getRegex(), text);
            case TEXT_NOT_MATCHES -> text == null || !Pattern.matches(predicate.getTextNotMatches().getRegex(), text);
            case PREDICATE_NOT_SET -> true;
        };
    }

    /** What is wrong with filters or constraints; empty if nothing is. */
    static Optional<String> wrongWith(FrameworkInfo framework, OfferConstraints constraints) {
        boolean emptyQuantity =
                framework.getOfferFiltersMap().values().stream()
                        .flatMap(each -> each.getMinAllocatableResources().getQuantitiesList().stream())
                        .anyMatch(each -> each.getQuantitiesCount() == 0);
        if (emptyQuantity) {
            return Optional.of("Resource quantities must contain at least one quantity");
        }
        return constraints.getRoleConstraintsMap().entrySet().stream()
                .flatMap(each -> Optional.ofNullable(roleFault(framework, each.getKey(), each.getValue())).stream())
                .findFirst();
    }

    /** In the words of a master, which leaves out a space twice. */
    private static @Nullable String roleFault(
            FrameworkInfo framework, String role, OfferConstraints.RoleConstraints constraints) {
        if (!Capabilities.roles(framework).contains(role)) {
            return "Offer constraints specify `role_constraints` for a role '"
                    + role
                    + "'not contained in the set of roles";
        }
        String prefix = "Offer constraints are not valid: ";
        for (var group : constraints.getGroupsList()) {
            if (group.getAttributeConstraintsCount() == 0) {
                return prefix
                        + "'OfferConstraints::RoleConstraints::groups' for role "
                        + role
                        + "contains an empty RoleConstraints::Group";
            }
            for (AttributeConstraint each : group.getAttributeConstraintsList()) {
                String fault = fault(each);
                if (fault != null) {
                    return prefix + "A role " + role + " has an invalid 'AttributeConstraint': " + fault;
                }
            }
        }
        return null;
    }

    private static @Nullable String fault(AttributeConstraint constraint) {
        if (constraint.getSelector().getSelectorCase() == Selector.SelectorCase.SELECTOR_NOT_SET) {
            return "Exactly one of 'AttributeConstraint::Selector::name' or "
                    + "'AttributeConstraint::Selector::pseudoattribute_type' must be set";
        }
        Predicate predicate = constraint.getPredicate();
        if (predicate.getPredicateCase() == Predicate.PredicateCase.PREDICATE_NOT_SET) {
            return "Unknown predicate type";
        }
        String matches = regexFault(predicate.getTextMatches().getRegex());
        return matches != null ? matches : regexFault(predicate.getTextNotMatches().getRegex());
    }

    private static @Nullable String regexFault(String regex) {
        try {
            Pattern.compile(regex);
            return null;
        } catch (PatternSyntaxException e) {
            return "Failed to construct regex from pattern '" + regex + "': " + words(e);
        }
    }

    /** What the library of a master says of the commonest mistakes; of others what ours does. */
    private static String words(PatternSyntaxException fault) {
        String regex = fault.getPattern();
        return switch (fault.getDescription()) {
            case "Unclosed character class" -> "missing ]: " + regex.substring(regex.lastIndexOf('['));
            case "Unclosed group" -> "missing ): " + regex;
            default -> fault.getDescription();
        };
    }
}
