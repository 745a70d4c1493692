package dev.capstan.mesos.constraint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;

import org.apache.mesos.v1.Protos.Offer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Random;

class ConstraintsTest {
    private static final int SEEDS = 5_000;

    /** As a real master describes an agent in its offer. */
    private static final AgentFacts NODE_A =
            agent(
                    """
                    id { value: "o" } framework_id { value: "f" } agent_id { value: "s0" } hostname: "node-a.test"
                    domain { fault_domain { region { name: "eu" } zone { name: "eu-1" } } }
                    attributes { name: "rack" type: TEXT text { value: "r1" } }
                    attributes { name: "speed" type: SCALAR scalar { value: 3.5 } }
                    attributes { name: "range" type: RANGES ranges { range { begin: 10 end: 20 } } }
                    attributes { name: "features" type: SET set { item: "gpu" item: "7" } }
                    attributes { name: "os" type: TEXT text { value: "linux" } }
                    attributes { name: "os" type: TEXT text { value: "second" } }
                    attributes { name: "temperature" type: SCALAR scalar { value: -2.25 } }
                    """);

    private static final AgentFacts NODE_B =
            agent(
                    """
                    id { value: "o" } framework_id { value: "f" } agent_id { value: "s1" } hostname: "node-b.test"
                    attributes { name: "rack" type: TEXT text { value: "r2" } }
                    """);

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ; ;",
                "rack exists",
                "gpu !exists",
                "rack = r1",
                "rack==r1;",
                "rack != r2",
                "rack in {r1, r2}",
                "rack in{r1}",
                "rack !in {r2,r3}",
                "rack ~ r[0-9]",
                "rack ~ \"r{1}1\"",
                "speed = 3.500",
                "speed in [3-4]",
                "speed in [ 3.5 .. 3.5 ]",
                "speed > 3.4; speed >= 3.5; speed < 3.6; speed <= 3.5",
                "temperature in [-3--2]",
                "temperature<-2",
                "range = 15",
                "range > 19",
                "range in [19.5..30]",
                "features = gpu",
                "features in [6-8]",
                "features != cpu",
                "os = linux",
                "hostname = node-a.test",
                "region = eu; zone = eu-1; agent = s0",
                "\"zone\" !exists",
                "agent unique",
                "zone max-per 2",
                "rack group-by",
                "rack group-by 3",
                "prefer rack = nowhere"
            })
    void anAgentThatMeetsThemIsNotRefused(String text) {
        assertThat(Constraints.parse(text).refusals(NODE_A, List.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "gpu exists | the agent has no attribute gpu",
                "gpu = 1 | the agent has no attribute gpu",
                "gpu != 1 | the agent has no attribute gpu",
                "gpu unique | the agent has no attribute gpu",
                "\"zone\" = eu-1 | the agent has no attribute zone",
                "rack !exists | the agent must have no attribute rack",
                "zone = a | zone must be a",
                "zone in {b, a} | zone must be one of [a, b]",
                "rack != r1 | rack must not be r1",
                "rack !in {r1, r2} | rack must be none of [r1, r2]",
                "rack ~ r | rack must match r",
                "speed in [1-2] | speed must be a number in [1 .. 2]",
                "speed < 3.50 | speed must be a number < 3.5",
                "rack > 1 | rack must be a number > 1",
                "range > 20 | range must be a number > 20",
                "range in [20.5-20.7] | range must be a number in [20.5 .. 20.7]",
                "features = cpu | features must be cpu",
                "os = second | os must be second"
            })
    void anAgentThatDoesNotIsToldWhyInWordsThatCanBeCounted(String text, String reason) {
        assertThat(Constraints.parse(text).refusals(NODE_A, List.of())).containsExactly(reason);
    }

    @Test
    void anAgentWithoutAFaultDomainHasNoZone() {
        assertThat(Constraints.parse("zone = a").refusals(NODE_B, List.of())).containsExactly("the agent has no zone");
        assertThat(Constraints.parse("zone !exists").refusals(NODE_B, List.of())).isEmpty();
    }

    @Test
    void tasksOfAGroupAreKeptApart() {
        assertThat(Constraints.parse("agent unique").refusals(NODE_A, List.of(NODE_B))).isEmpty();
        assertThat(Constraints.parse("agent unique").refusals(NODE_A, List.of(NODE_B, NODE_A)))
                .containsExactly("at most 1 task per agent may run");
        Constraints two = Constraints.parse("rack max-per 2");
        assertThat(two.refusals(NODE_A, List.of(NODE_A, NODE_B))).isEmpty();
        assertThat(two.refusals(NODE_A, List.of(NODE_A, NODE_A))).containsExactly("at most 2 tasks per rack may run");
    }

    @Test
    void tasksOfAGroupAreSpreadEvenly() {
        Constraints even = Constraints.parse("rack group-by");
        assertThat(even.refusals(NODE_A, List.of(NODE_A, NODE_A))).as("no other rack is known").isEmpty();
        assertThat(even.refusals(NODE_B, List.of(NODE_A, NODE_A))).isEmpty();
        assertThat(even.refusals(NODE_A, List.of(NODE_A, NODE_B))).isEmpty();
        assertThat(even.refusals(NODE_A, List.of(NODE_A, NODE_A, NODE_B)))
                .containsExactly("tasks must be spread evenly by rack");
        assertThat(Constraints.parse("rack group-by 2").refusals(NODE_A, List.of(NODE_A)))
                .as("another rack is to come")
                .hasSize(1);
        assertThat(Constraints.parse("rack group-by 2").refusals(NODE_A, List.of(NODE_A, NODE_B))).isEmpty();
    }

    @Test
    void wishesAreCountedAndRefuseNobody() {
        Constraints wishes = Constraints.parse("prefer rack = r1; prefer gpu exists; prefer agent unique; os exists");
        assertThat(wishes.softMisses(NODE_A, List.of())).isEqualTo(1);
        assertThat(wishes.softMisses(NODE_B, List.of(NODE_B))).isEqualTo(3);
        assertThat(wishes.refusals(NODE_A, List.of())).isEmpty();
        assertThat(wishes.refusals(NODE_B, List.of())).containsExactly("the agent has no attribute os");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "zonee = | constraint 'zonee =': a value is missing at character 8; write one",
                "rack | constraint 'rack': an operator is missing at character 5; use one of exists",
                "rack is r1 | constraint 'rack is r1': 'is' is no operator at character 6; use one of exists",
                "a exists; rack =~ x | constraint 'rack =~ x': '=~' is no operator at character 16",
                "= r1 | constraint '= r1': the name of a field is missing at character 1; begin with hostname",
                "prefer = x | constraint 'prefer = x': the name of a field is missing at character 8",
                "rack = a b | constraint 'rack = a b': there is more than one condition at character 10; put a"
                        + " semicolon",
                "rack in a | constraint 'rack in a': '{' is missing at character 9; write the values in braces",
                "rack in {a b} | constraint 'rack in {a b}': ',' is missing at character 12; separate values by commas",
                "rack in {} | constraint 'rack in {}': a value is missing at character 10",
                "rack in {a | constraint 'rack in {a': ',' is missing at character 11",
                "rack = \"a | constraint 'rack = \"a': a quote is not closed at character 8; close it",
                "rack ~ a( | constraint 'rack ~ a(': 'a(' is no regular expression",
                "speed in [1] | constraint 'speed in [1]': '-' is missing at character 12; write both ends",
                "speed in [1-x] | constraint 'speed in [1-x]': a number is missing at character 13",
                "speed in [2-1] | constraint 'speed in [2-1]': the interval ends before it begins at character 10",
                "speed in [1-2 | constraint 'speed in [1-2': ']' is missing at character 14; close the bracket",
                "speed > fast | constraint 'speed > fast': a number is missing at character 9; write one",
                "speed > 1. | constraint 'speed > 1.': a number is missing at character 9",
                "agent max-per | constraint 'agent max-per': a count is missing at character 14; write a whole number",
                "agent max-per 0 | constraint 'agent max-per 0': a count is missing at character 15",
                "agent max-per 1.5 | constraint 'agent max-per 1.5': there is more than one condition at character 16",
                "agent max-per 99999999999 | constraint 'agent max-per 99999999999': a count is missing at character"
                        + " 15",
                "rack group-by x | constraint 'rack group-by x': a count is missing at character 15"
            })
    void malformedTextIsRefusedWithThePlaceAndARemedy(String text, String message) {
        assertThatThrownBy(() -> Constraints.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void anyTextIsReadOrRefusedWithAReason() {
        String alphabet = "ab1 ;,{}[]\"\\=!<>~-.";
        for (int seed = 0; seed < 50_000; seed++) {
            var random = new Random(seed);
            var text = new StringBuilder("rack ");
            for (int i = random.nextInt(12); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Constraints read = Constraints.parse(text.toString());
                assertThat(Constraints.parse(read.toString())).as(text.toString()).isEqualTo(read);
            } catch (IllegalArgumentException e) {
                assertThat(e.getMessage()).as(text.toString()).startsWith("constraint '").contains(" at character ");
            }
        }
    }

    @Test
    void whatIsWrittenIsReadAsTheSame() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Constraints constraints = new RandomConstraints(new Random(seed)).constraints();
            assertThat(Constraints.parse(constraints.toString()))
                    .as("seed %s: %s", seed, constraints)
                    .isEqualTo(constraints)
                    .hasSameHashCodeAs(constraints);
        }
    }

    @Test
    void constraintsAreWrittenInOneForm() {
        assertThat(
                        Constraints.parse(
                                "rack==\"r1\";; zone in {b,a};speed in [1-2.50];agent max-per 1;\"zone\" exists; prefer"
                                        + " x ~ \"a b\""))
                .hasToString(
                        "rack = r1; zone in {a, b}; speed in [1 .. 2.5]; agent unique; \"zone\" exists; prefer x ~ \"a"
                                + " b\"");
    }

    @Test
    void oneMoreHardConstraintNeverMakesMoreAgentsEligible() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new RandomConstraints(new Random(seed));
            Constraints some = random.constraints();
            Constraints more = Constraints.parse(some + ";" + random.constraint());
            AgentFacts agent = random.agent();
            List<AgentFacts> placed = random.agents();
            assertThat(more.refusals(agent, placed)).as("seed %s", seed).containsAll(some.refusals(agent, placed));
            assertThat(more.softMisses(agent, placed)).as("seed %s", seed).isEqualTo(some.softMisses(agent, placed));
        }
    }

    @Test
    void attributesThatCannotBeUnderstoodAreRefusedByName() {
        assertThatThrownBy(() ->
                        agent(
                                """
                                id { value: "o" } framework_id { value: "f" } agent_id { value: "s1" }
                                hostname: "h" attributes { name: "speed" type: SCALAR scalar { value: nan } }
                                """))
                .hasMessageStartingWith("attribute 'speed': NaN");
    }

    private static AgentFacts agent(String offer) {
        try {
            return AgentFacts.of(TextFormat.parse(offer, Offer.class));
        } catch (TextFormat.ParseException e) {
            throw new AssertionError(offer, e);
        }
    }
}
