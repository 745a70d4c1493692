package dev.capstan.mesos.constraint;

import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Predicate;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Selector;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints.RoleConstraints;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The part of constraints that a master checks before it makes an offer.
 *
 * <p>A master knows whether an attribute is there, and what its text is; it lets agents pass whose attribute is no
 * text. Alternatives are groups there, of which one must be met. What a master might not understand is left to us: it
 * would end the subscription.
 */
final class MasterFilter {
    /** Each set of values multiplies the groups; further sets are left to us. */
    private static final int MOST_GROUPS = 64;

    private MasterFilter() {}

    static OfferConstraints of(List<Constraint> constraints, Collection<String> roles) {
        List<List<AttributeConstraint>> groups = List.of(List.of());
        for (Constraint constraint : constraints) {
            if (!constraint.isSoft() && constraint.field().source() != Field.Source.AGENT) {
                groups = and(groups, alternatives(constraint));
            }
        }
        OfferConstraints.Builder all = OfferConstraints.newBuilder();
        if (!groups.getFirst().isEmpty()) {
            RoleConstraints.Builder each = RoleConstraints.newBuilder();
            groups.forEach(group -> each.addGroupsBuilder().addAllAttributeConstraints(group));
            roles.forEach(role -> all.putRoleConstraints(role, each.build()));
        }
        return all.build();
    }

    private static List<List<AttributeConstraint>> and(
            List<List<AttributeConstraint>> groups, List<List<AttributeConstraint>> alternatives) {
        if (groups.size() * alternatives.size() > MOST_GROUPS) {
            return groups;
        }
        List<List<AttributeConstraint>> product = new ArrayList<>();
        for (List<AttributeConstraint> group : groups) {
            for (List<AttributeConstraint> alternative : alternatives) {
                List<AttributeConstraint> both = new ArrayList<>(group);
                both.addAll(alternative);
                product.add(both);
            }
        }
        return product;
    }

    /** Of which one must be met; each is a list of what must be met together. */
    private static List<List<AttributeConstraint>> alternatives(Constraint constraint) {
        Field field = constraint.field();
        return switch (constraint.condition()) {
            case Condition.Exists(), Condition.Within _, Condition.MaxPer _, Condition.GroupBy _ ->
                    List.of(List.of(exists(field)));
            case Condition.NotExists() ->
                    // a fault domain with empty names is there for a master, but not for us
                    field.source() == Field.Source.ATTRIBUTE ? List.of(List.of(notExists(field))) : List.of(List.of());
            case Condition.OneOf(var values) ->
                    values.stream().map(value -> List.of(textEquals(field, value))).toList();
            case Condition.NoneOf(var values) -> {
                List<AttributeConstraint> all = new ArrayList<>();
                all.add(exists(field));
                values.forEach(value -> all.add(textNotEquals(field, value)));
                yield List.of(all);
            }
            case Condition.Matches(var pattern) ->
                    List.of(
                            List.of(
                                    MasterPattern.isUnderstood(pattern.pattern())
                                            ? textMatches(field, pattern.pattern())
                                            : exists(field)));
        };
    }

    private static AttributeConstraint exists(Field field) {
        return constraint(field, Predicate.newBuilder().setExists(Predicate.Exists.getDefaultInstance()));
    }

    private static AttributeConstraint notExists(Field field) {
        return constraint(field, Predicate.newBuilder().setNotExists(Predicate.NotExists.getDefaultInstance()));
    }

    private static AttributeConstraint textEquals(Field field, String value) {
        return constraint(
                field, Predicate.newBuilder().setTextEquals(Predicate.TextEquals.newBuilder().setValue(value)));
    }

    private static AttributeConstraint textNotEquals(Field field, String value) {
        return constraint(
                field, Predicate.newBuilder().setTextNotEquals(Predicate.TextNotEquals.newBuilder().setValue(value)));
    }

    private static AttributeConstraint textMatches(Field field, String regex) {
        return constraint(
                field, Predicate.newBuilder().setTextMatches(Predicate.TextMatches.newBuilder().setRegex(regex)));
    }

    private static AttributeConstraint constraint(Field field, Predicate.Builder predicate) {
        return AttributeConstraint.newBuilder().setSelector(selector(field)).setPredicate(predicate).build();
    }

    private static Selector selector(Field field) {
        Selector.Builder selector = Selector.newBuilder();
        return switch (field.source()) {
            case HOSTNAME -> selector.setPseudoattributeType(Selector.PseudoattributeType.HOSTNAME).build();
            case REGION -> selector.setPseudoattributeType(Selector.PseudoattributeType.REGION).build();
            case ZONE -> selector.setPseudoattributeType(Selector.PseudoattributeType.ZONE).build();
            case ATTRIBUTE -> selector.setAttributeName(field.name()).build();
            case AGENT -> throw new IllegalArgumentException("a master has no constraint on the id of an agent");
        };
    }
}
