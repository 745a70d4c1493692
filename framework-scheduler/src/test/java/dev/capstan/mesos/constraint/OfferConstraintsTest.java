package dev.capstan.mesos.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;

import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint;
import org.apache.mesos.v1.scheduler.Protos.AttributeConstraint.Predicate;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints.RoleConstraints;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

class OfferConstraintsTest {
    private static final int SEEDS = 30_000;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "rack exists | selector { attribute_name: 'rack' } predicate { exists {} }",
                "rack !exists | selector { attribute_name: 'rack' } predicate { not_exists {} }",
                "rack = r1 | selector { attribute_name: 'rack' } predicate { text_equals { value: 'r1' } }",
                "rack ~ r[2-9] | selector { attribute_name: 'rack' } predicate { text_matches { regex: 'r[2-9]' } }",
                "hostname = h | selector { pseudoattribute_type: HOSTNAME } predicate { text_equals { value: 'h' } }",
                "region = eu | selector { pseudoattribute_type: REGION } predicate { text_equals { value: 'eu' } }",
                "zone = a | selector { pseudoattribute_type: ZONE } predicate { text_equals { value: 'a' } }",
                "\"zone\" = a | selector { attribute_name: 'zone' } predicate { text_equals { value: 'a' } }",
                "speed > 3 | selector { attribute_name: 'speed' } predicate { exists {} }",
                "rack ~ (?i)R1 | selector { attribute_name: 'rack' } predicate { exists {} }"
            })
    void eachOperatorIsSentAsFarAsAMasterKnowsIt(String text, String sent) throws TextFormat.ParseException {
        OfferConstraints constraints = Constraints.parse(text).offerConstraints(List.of("dev", "qa"));
        assertThat(constraints.getRoleConstraintsMap()).containsOnlyKeys("dev", "qa");
        assertThat(constraints.getRoleConstraintsOrThrow("dev").getGroupsList()).hasSize(1);
        assertThat(constraints.getRoleConstraintsOrThrow("dev").getGroups(0).getAttributeConstraintsList())
                .containsExactly(TextFormat.parse(sent, AttributeConstraint.class));
    }

    @Test
    void valuesOfASetAreAlternatives() {
        RoleConstraints sent = sent(Constraints.parse("rack in {r1, r2}; zone = a"));
        assertThat(sent.getGroupsList())
                .extracting(group -> group.getAttributeConstraints(0).getPredicate().getTextEquals().getValue())
                .containsExactly("r1", "r2");
        assertThat(sent.getGroupsList()).allMatch(group -> group.getAttributeConstraintsCount() == 2);
    }

    @Test
    void setsThatAreTooLargeTogetherAreLeftToUs() {
        String ten = "{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}";
        RoleConstraints sent = sent(Constraints.parse("a in " + ten + "; b in " + ten + "; c exists"));
        assertThat(sent.getGroupsList()).hasSize(10).allMatch(group -> group.getAttributeConstraintsCount() == 2);
    }

    /** A role without a group, and a group without a constraint, would be refused by a master. */
    @ParameterizedTest
    @ValueSource(strings = {"", "agent unique", "prefer rack = r1", "zone !exists"})
    void nothingIsSentWhereAMasterCanCheckNothing(String text) {
        assertThat(Constraints.parse(text).offerConstraints(List.of("dev")))
                .isEqualTo(OfferConstraints.getDefaultInstance());
    }

    @ParameterizedTest
    @ValueSource(strings = {"r[2-9]", "a|b", "node-[a-z0-9]+/x", "(r1|r2)_?", "a.b*", "eu west"})
    void plainExpressionsAreSent(String regex) {
        assertThat(MasterPattern.isUnderstood(regex)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(?=a)a",
                "(a)\\1",
                "a*+",
                "a+?",
                "a{2,1000}",
                "[a&&b]",
                "[^a]",
                "[a-b-c]",
                "[[a]b]",
                "\\d",
                "^a$",
                "\u00e4",
                ".*.*.*.*.*.*",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void expressionsThatAMasterMightRefuseOrReadOtherwiseAreNot(String regex) {
        assertThat(MasterPattern.isUnderstood(regex)).isFalse();
    }

    @Test
    void noAgentIsHiddenThatWouldNotBeRefused() {
        int hidden = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new RandomConstraints(new Random(seed));
            Constraints constraints = random.constraints();
            AgentFacts agent = random.agent();
            OfferConstraints sent = constraints.offerConstraints(List.of("dev"));
            if (sent.getRoleConstraintsCount() > 0 && !isOffered(sent.getRoleConstraintsOrThrow("dev"), agent)) {
                hidden++;
                assertThat(constraints.refusals(agent, List.of()))
                        .as("seed %s: %s hides %s", seed, constraints, agent)
                        .isNotEmpty();
            }
        }
        assertThat(hidden).as("so many that the test means something").isGreaterThan(SEEDS / 10);
    }

    private static RoleConstraints sent(Constraints constraints) {
        return constraints.offerConstraints(List.of("dev")).getRoleConstraintsOrThrow("dev");
    }

    // what a master does

    private static boolean isOffered(RoleConstraints constraints, AgentFacts agent) {
        assertThat(constraints.getGroupsList())
                .isNotEmpty()
                .allMatch(group -> group.getAttributeConstraintsCount() > 0);
        return constraints.getGroupsList().stream()
                .anyMatch(group -> group.getAttributeConstraintsList().stream().allMatch(each -> passes(each, agent)));
    }

    private static boolean passes(AttributeConstraint constraint, AgentFacts agent) {
        boolean hasDomain = !agent.region().isEmpty() || !agent.zone().isEmpty();
        AttributeValue value =
                switch (constraint.getSelector().getSelectorCase()) {
                    case ATTRIBUTE_NAME -> agent.attributes().get(constraint.getSelector().getAttributeName());
                    case PSEUDOATTRIBUTE_TYPE ->
                            switch (constraint.getSelector().getPseudoattributeType()) {
                                case HOSTNAME -> new AttributeValue.Text(agent.hostname());
                                case REGION -> hasDomain ? new AttributeValue.Text(agent.region()) : null;
                                case ZONE -> hasDomain ? new AttributeValue.Text(agent.zone()) : null;
                                case UNKNOWN -> throw new AssertionError("a master refuses this");
                            };
                    case SELECTOR_NOT_SET -> throw new AssertionError("a master refuses this");
                };
        return passes(constraint.getPredicate(), value);
    }

    private static boolean passes(Predicate predicate, @Nullable AttributeValue value) {
        String text = value instanceof AttributeValue.Text(var known) ? known : "";
        boolean isOther = value != null && !(value instanceof AttributeValue.Text);
        return switch (predicate.getPredicateCase()) {
            case EXISTS -> value != null;
            case NOT_EXISTS -> value == null;
            case TEXT_EQUALS -> isOther || (value != null && text.equals(predicate.getTextEquals().getValue()));
            case TEXT_NOT_EQUALS -> isOther || value == null || !text.equals(predicate.getTextNotEquals().getValue());
            case TEXT_MATCHES -> isOther || (value != null && text.matches(predicate.getTextMatches().getRegex()));
            case TEXT_NOT_MATCHES, PREDICATE_NOT_SET -> throw new AssertionError("nobody sends this");
        };
    }
}
