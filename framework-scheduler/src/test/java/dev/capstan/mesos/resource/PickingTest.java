package dev.capstan.mesos.resource;

import static dev.capstan.mesos.resource.ResourceBagTest.bag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.mesos.v1.Protos.Resource;
import org.junit.jupiter.api.Test;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

class PickingTest {
    private static final int SEEDS = 5_000;
    private static final ResourceBag FREE = scalar("cpus", 2, "");
    private static final ResourceBag RESERVED = scalar("cpus", 1, "reservations { role: 'dev' type: STATIC }");
    private static final ResourceBag NARROWER =
            scalar("cpus", 1, "reservations { role: 'dev' type: STATIC } reservations { role: 'dev/a' type: DYNAMIC }");
    private static final ResourceBag REVOCABLE = scalar("cpus", 2, "revocable {}");

    @Test
    void whatIsNeededIsTakenAndNoMore() {
        Pick.Taken taken = taken(FREE.plus(scalar("mem", 1_000, "")), Needs.of(1_500, 100_000));
        assertThat(taken.resources()).isEqualTo(scalar("cpus", 1.5, "").plus(scalar("mem", 100, "")));
        assertThat(taken.ports()).isEmpty();
    }

    @Test
    void whatIsMissingIsToldForEachName() {
        assertThat(shortOf(scalar("cpus", 1.5, ""), Needs.of(4_000, 10_000).withPorts(2)))
                .containsExactly(
                        "needs 4 cpus, 1.5 are offered", "needs 10 mem, 0 are offered", "needs 2 ports, 0 are offered");
    }

    @Test
    void theNarrowestReservationIsUsedUpFirst() {
        ResourceBag offered = FREE.plus(RESERVED).plus(NARROWER);
        assertThat(taken(offered, Needs.of(1_000, 0)).resources()).isEqualTo(NARROWER);
        assertThat(taken(offered, Needs.of(2_000, 0)).resources()).isEqualTo(NARROWER.plus(RESERVED));
        assertThat(taken(offered, Needs.of(2_500, 0)).resources())
                .isEqualTo(NARROWER.plus(RESERVED).plus(scalar("cpus", 0.5, "")));
        assertThat(taken(FREE.plus(scalar("cpus", 1, "role: 'dev'")), Needs.of(1_000, 0)).resources())
                .isEqualTo(scalar("cpus", 1, "role: 'dev'"));
    }

    @Test
    void aVolumeIsTakenWholeByWhoNamesIt() {
        ResourceBag volume =
                scalar(
                        "disk",
                        512,
                        "reservations { role: 'dev' type: DYNAMIC } disk { persistence { id: 'v1' } volume {"
                                + " container_path: 'data' mode: RW } }");
        ResourceBag offered = FREE.plus(volume);
        Needs needs = Needs.of(1_000, 0).withVolume("v1");
        assertThat(taken(offered, needs).resources()).isEqualTo(scalar("cpus", 1, "").plus(volume));
        assertThat(taken(offered, Needs.of(1_000, 0)).resources()).isEqualTo(scalar("cpus", 1, ""));
        assertThat(shortOf(offered, needs.withVolume("v2"))).containsExactly("needs volume v2, which is not offered");
        assertThat(needs).hasToString("1 cpus, volume v1");
    }

    @Test
    void ofAVolumeThatIsSharedEachTakesACopy() {
        String shape = "shared {} disk { persistence { id: 'v1' } }";
        ResourceBag offered = scalar("disk", 512, shape).plus(scalar("disk", 512, shape));
        Needs needs = new Needs(new TreeMap<>(Map.of("cpus", 500L))).withVolume("v1");
        Pick.Taken first = taken(FREE.plus(offered), needs);
        assertThat(first.resources().toProtos()).hasSize(2);
        Pick.Taken second = taken(FREE.plus(offered).minus(first.resources()), needs);
        assertThat(second.resources()).isEqualTo(first.resources());
    }

    @Test
    void whatTwoNeedIsNeededTogether() {
        Needs both =
                Needs.of(1_000, 100_000)
                        .withPorts(1)
                        .plus(Needs.of(500, 0).withPorts(2).withVolume("v1").orRevocable());
        assertThat(both).isEqualTo(Needs.of(1_500, 100_000).withPorts(3).withVolume("v1"));
    }

    @Test
    void revocableResourcesAreTakenOnlyWhereTheyWillDoAndNeverTogetherWithOthers() {
        assertThat(shortOf(REVOCABLE, Needs.of(1_000, 0))).containsExactly("needs 1 cpus, 0 are offered");
        ResourceBag offered = REVOCABLE.plus(scalar("cpus", 3, ""));
        assertThat(taken(offered, Needs.of(2_000, 0).orRevocable()).resources()).isEqualTo(REVOCABLE);
        assertThat(taken(offered, Needs.of(3_000, 0).orRevocable()).resources()).isEqualTo(scalar("cpus", 3, ""));
        assertThat(shortOf(offered, Needs.of(4_000, 0).orRevocable())).containsExactly("needs 4 cpus, 3 are offered");
    }

    @Test
    void rolesOfAllocationAreNeverMixed() {
        ResourceBag dev = scalar("cpus", 2, "allocation_info { role: 'dev' }");
        ResourceBag qa = scalar("cpus", 3, "allocation_info { role: 'qa' }");
        assertThat(shortOf(dev.plus(qa), Needs.of(4_000, 0))).hasSize(1);
        assertThat(taken(dev.plus(qa), Needs.of(3_000, 0)).resources()).isEqualTo(qa);
    }

    @Test
    void specialResourcesAreNeverTaken() {
        for (String special :
                List.of(
                        "disk { persistence { id: 'v' } }",
                        "disk { source { type: PATH path { root: '/a' } } }",
                        "disk { source { type: MOUNT mount { root: '/a' } } }",
                        "provider_id { value: 'p' }",
                        "shared {}")) {
            Needs disk = new Needs(new TreeMap<>(Map.of("disk", 1_000L)));
            assertThat(shortOf(scalar("disk", 10, special), disk)).as(special).hasSize(1);
        }
    }

    @Test
    void portsByNumberComeBeforeThoseOfWhichAnyWillDo() {
        ResourceBag offered = bag("name: 'ports' type: RANGES ranges { range { begin: 31000 end: 31010 } }");
        Pick.Taken taken = taken(offered, Needs.ofPorts(2).withRanges("ports", Ranges.of(31_001, 31_002)));
        assertThat(taken.ports()).containsExactly(31_001, 31_002, 31_000, 31_003);
        assertThat(taken.resources())
                .isEqualTo(bag("name: 'ports' type: RANGES ranges { range { begin: 31000 end: 31003 } }"));
        assertThat(shortOf(offered, Needs.ofPorts(1).withRanges("ports", Ranges.of(31_010, 31_011))))
                .containsExactly("needs ports [31010-31011], which are not all offered");
    }

    @Test
    void numbersThatNoPortHasAreNotGivenAsPorts() {
        ResourceBag offered =
                bag(
                        "name: 'ports' type: RANGES ranges { range { begin: 0 end: 0 } range { begin: 65535 end: 70000"
                                + " } }");
        assertThat(taken(offered, Needs.ofPorts(1)).ports()).containsExactly(65_535);
        assertThat(shortOf(offered, Needs.ofPorts(2))).containsExactly("needs 2 ports, 1 is offered");
    }

    @Test
    void needsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> Needs.of(0, 0)).hasMessageContaining("must ask for some resource");
        assertThatThrownBy(() -> Needs.of(-1, 0)).hasMessageContaining("-0.001 cpus");
        assertThatThrownBy(() -> Needs.ofPorts(70_000)).hasMessageContaining("70000 ports");
        assertThatThrownBy(() -> Needs.of(1, 1).withRanges("ports", Ranges.of(0, 1))).hasMessageContaining("[0-1]");
        assertThatThrownBy(() -> Needs.of(1, 1).withRanges("cpus", Ranges.of(1, 1))).hasMessageContaining("cpus");
        assertThatThrownBy(() -> new Needs(new TreeMap<>(Map.of("ports", 1L)))).hasMessageContaining("ports");
    }

    @Test
    void needsAreToldAsPeopleWould() {
        assertThat(Needs.of(1_500, 1_024_000)).hasToString("1.5 cpus, 1024 mem");
        assertThat(Needs.ofPorts(1).withRanges("ports", Ranges.of(80, 81)).orRevocable())
                .hasToString("ports [80-81], 1 port (revocable ones will do)");
    }

    @Test
    void whatIsTakenWasOfferedCoversTheNeedsAndIsMixedOfNothingThatMustNotBe() {
        int served = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            ResourceBag offered = ResourceBag.of(new RandomResources(random).resources());
            Needs needs = needs(random);
            if (Picking.pick(offered, needs) instanceof Pick.Taken(var resources, var ports)) {
                served++;
                assertThat(offered.contains(resources)).as("seed %s", seed).isTrue();
                needs.milliScalars().forEach((name, milli) -> assertThat(resources.milli(name)).isEqualTo(milli));
                Ranges fixed = needs.ranges().getOrDefault("ports", Ranges.NONE);
                assertThat(resources.count("ports"))
                        .as("seed %s", seed)
                        .isEqualTo(needs.ports() + fixed.count())
                        .isEqualTo(ports.size());
                assertThat(ports).as("seed %s", seed).doesNotHaveDuplicates();
                assertThat(resources.toProtos().stream().map(each -> each.getAllocationInfo().getRole()).distinct())
                        .as("seed %s", seed)
                        .hasSize(1);
                assertMixedOfNothing(resources, seed);
            }
        }
        assertThat(served).as("so many that the test means something").isGreaterThan(SEEDS / 20);
    }

    private static void assertMixedOfNothing(ResourceBag resources, int seed) {
        Map<String, Boolean> revocable = new HashMap<>();
        for (Resource each : resources.toProtos()) {
            assertThat(each.hasDisk() || each.hasShared() || each.hasProviderId()).as("seed %s", seed).isFalse();
            Boolean before = revocable.putIfAbsent(each.getName(), each.hasRevocable());
            assertThat(before == null || before == each.hasRevocable()).as("seed %s", seed).isTrue();
        }
    }

    @Test
    void aTaskIsServedWheneverTheTotalAdmitsIt() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            List<Resource> resources = new RandomResources(random).resources();
            Needs needs = needs(random);
            boolean isServed = Picking.pick(ResourceBag.of(resources), needs) instanceof Pick.Taken;
            boolean isAdmitted =
                    List.of("", "dev", "qa").stream()
                            .map(role -> resources.stream().filter(each -> isUsable(each, role)).toList())
                            .anyMatch(usable -> admits(usable, needs));
            assertThat(isServed).as("seed %s", seed).isEqualTo(isAdmitted);
        }
    }

    private static boolean isUsable(Resource each, String role) {
        return !each.hasDisk()
                && !each.hasShared()
                && !each.hasProviderId()
                && each.getAllocationInfo().getRole().equals(role);
    }

    private static boolean admits(List<Resource> usable, Needs needs) {
        Ranges fixed = needs.ranges().getOrDefault("ports", Ranges.NONE);
        boolean numbers =
                (needs.ports() == 0 && fixed.isEmpty())
                        || kinds(usable, needs)
                                .map(ResourceBag::of)
                                .anyMatch(bag ->
                                        numbers(bag).contains(fixed)
                                                && numbers(bag).minus(fixed).minus(Ranges.of(0, 0)).count()
                                                        >= needs.ports());
        return numbers
                && needs.milliScalars().entrySet().stream()
                        .allMatch(need ->
                                kinds(usable, needs)
                                        .map(ResourceBag::of)
                                        .anyMatch(bag -> bag.milli(need.getKey()) >= need.getValue()));
    }

    private static Stream<List<Resource>> kinds(List<Resource> usable, Needs needs) {
        return Stream.of(false, true)
                .filter(revocable -> !revocable || needs.revocable())
                .map(revocable -> usable.stream().filter(each -> each.hasRevocable() == revocable).toList());
    }

    private static Ranges numbers(ResourceBag bag) {
        return bag.toProtos().stream()
                .filter(each -> each.getName().equals("ports"))
                .map(each -> Ranges.of(each.getRanges()))
                .reduce(Ranges.NONE, Ranges::plus);
    }

    private static Needs needs(Random random) {
        SortedMap<String, Long> scalars = new TreeMap<>();
        for (String name : List.of("cpus", "mem", "disk")) {
            if (random.nextInt(3) == 0) {
                scalars.put(name, 1L + random.nextInt(5_000));
            }
        }
        int ports = random.nextInt(6);
        boolean isEmpty = scalars.isEmpty() && ports == 0;
        var needs = new Needs(scalars, isEmpty ? 1 : ports, new TreeMap<>(), random.nextBoolean());
        if (random.nextInt(4) != 0) {
            return needs;
        }
        int first = 1 + random.nextInt(RandomResources.PORTS - 2);
        return needs.withRanges("ports", Ranges.of(first, first + random.nextInt(2)));
    }

    private static Pick.Taken taken(ResourceBag offered, Needs needs) {
        if (Picking.pick(offered, needs) instanceof Pick.Taken taken) {
            assertThat(offered.contains(taken.resources())).isTrue();
            return taken;
        }
        throw new AssertionError(Picking.pick(offered, needs).toString());
    }

    private static List<String> shortOf(ResourceBag offered, Needs needs) {
        if (Picking.pick(offered, needs) instanceof Pick.Short(var reasons)) {
            return reasons;
        }
        throw new AssertionError(Picking.pick(offered, needs).toString());
    }

    private static ResourceBag scalar(String name, double value, String marks) {
        return bag("name: '" + name + "' type: SCALAR scalar { value: " + value + " } " + marks);
    }
}
