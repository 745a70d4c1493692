package dev.capstan.mesos.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;

import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

class ResourceBagTest {
    private static final int SEEDS = 1_000;

    /** What a real master offered of an agent with a static reservation. */
    private static final String RECORDED =
            """
            id { value: "o" } framework_id { value: "f" } agent_id { value: "a" } hostname: "node-a.test"
            resources { name: "cpus" type: SCALAR scalar { value: 1 } allocation_info { role: "dev" }
                reservations { type: STATIC role: "dev" } }
            resources { name: "mem" type: SCALAR scalar { value: 512 } allocation_info { role: "dev" }
                reservations { type: STATIC role: "dev" } }
            resources { name: "ports" type: RANGES
                ranges { range { begin: 31000 end: 31010 } range { begin: 32000 end: 32005 } }
                allocation_info { role: "dev" } }
            resources { name: "fpga" type: SET set { item: "a" item: "b" } allocation_info { role: "dev" } }
            resources { name: "cpus" type: SCALAR scalar { value: 0.25 } allocation_info { role: "dev" }
                reservations { type: DYNAMIC role: "dev" labels { labels { key: "app" value: "x" } } } }
            resources { name: "cpus" type: SCALAR scalar { value: 0.75 } allocation_info { role: "dev" } }
            resources { name: "mem" type: SCALAR scalar { value: 1024 } allocation_info { role: "dev" } }
            """;

    @Test
    void anOfferIsCountedOverAllItsPortions() throws TextFormat.ParseException {
        Offer offer = TextFormat.parse(RECORDED, Offer.class);
        ResourceBag bag = ResourceBag.of(offer.getResourcesList());
        assertThat(bag.milli("cpus")).isEqualTo(2_000);
        assertThat(bag.milli("mem")).isEqualTo(1_536_000);
        assertThat(bag.count("ports")).isEqualTo(17);
        assertThat(bag.milli("gpus")).isZero();
        assertThat(bag.toProtos()).containsExactlyInAnyOrderElementsOf(offer.getResourcesList());
        assertThat(bag)
                .hasToString(
                        "cpus(allocated to dev) 0.75; cpus(reserved for dev, allocated to dev) 1;"
                                + " cpus(reserved for dev, allocated to dev) 0.25; fpga(allocated to dev) {a, b};"
                                + " mem(allocated to dev) 1024; mem(reserved for dev, allocated to dev) 512;"
                                + " ports(allocated to dev) [31000-31010, 32000-32005]");
    }

    @Test
    void whatNobodyHasReservedIsToldFromTheRest() throws TextFormat.ParseException {
        ResourceBag offered = ResourceBag.of(TextFormat.parse(RECORDED, Offer.class).getResourcesList());
        ResourceBag revocable = bag("name: 'cpus' type: SCALAR scalar { value: 4 } revocable {}");
        assertThat(offered.plus(revocable).unreserved().milli("cpus")).isEqualTo(750);
        assertThat(offered.unreserved().milli("mem")).isEqualTo(1_024_000);
    }

    @Test
    void diskOfAVolumeIsWhatTheVolumeIsMadeOf() {
        String reserved = "name: 'disk' type: SCALAR scalar { value: 512 } reservations { role: 'dev' type: DYNAMIC } ";
        ResourceBag plain = bag(reserved);
        assertThat(bag(reserved + "disk { persistence { id: 'v1' } volume { container_path: 'd' mode: RW } }"))
                .extracting(ResourceBag::withoutVolumes)
                .isEqualTo(plain);
        assertThat(bag(reserved + "shared {} disk { persistence { id: 'v1' } }").withoutVolumes()).isEqualTo(plain);
        String mount = "source { type: MOUNT mount { root: '/mnt' } } ";
        assertThat(bag(reserved + "disk { persistence { id: 'v1' } " + mount + "}").withoutVolumes())
                .isEqualTo(bag(reserved + "disk { " + mount + "}"));
    }

    @Test
    void ofResourcesThatAreNewerThanWeAreTheOthersAreCounted() {
        Resource nameless = Resource.newBuilder().setName("quanta").buildPartial();
        Resource cpus = bag("name: 'cpus' type: SCALAR scalar { value: 2 }").toProtos().getFirst();
        Resource odd = cpus.toBuilder().setName("odd").clearScalar().build();
        assertThat(ResourceBag.ofReadable(List.of(nameless, cpus, odd))).isEqualTo(ResourceBag.of(List.of(cpus)));
    }

    @Test
    void numbersAreExactToTheThousandth() {
        ResourceBag bag = bag("name: 'cpus' type: SCALAR scalar { value: 0.1 }");
        ResourceBag sum = bag.plus(bag("name: 'cpus' type: SCALAR scalar { value: 0.2 }"));
        assertThat(sum).isEqualTo(bag("name: 'cpus' type: SCALAR scalar { value: 0.3 }"));
        assertThat(sum.toProtos().getFirst().getScalar().getValue()).isEqualTo(0.3);
        assertThat(sum.minus(bag).milli("cpus")).isEqualTo(200);
    }

    @Test
    void numbersAreRoundedToTheNearestThousandth() {
        assertThat(bag("name: 'cpus' type: SCALAR scalar { value: 0.0004 }").isEmpty()).isTrue();
        assertThat(bag("name: 'cpus' type: SCALAR scalar { value: 0.0005 }").milli("cpus")).isEqualTo(1);
        assertThat(bag("name: 'cpus' type: SCALAR scalar { value: 1.2344999 }").milli("cpus")).isEqualTo(1_234);
    }

    @Test
    void theUnreservedRoleMeansTheSameAsNone() {
        assertThat(bag("name: 'cpus' type: SCALAR scalar { value: 1 } role: '*'"))
                .isEqualTo(bag("name: 'cpus' type: SCALAR scalar { value: 1 }"));
    }

    @Test
    void whatDiffersInAnythingButTheAmountIsKeptApart() {
        String cpus = "name: 'cpus' type: SCALAR scalar { value: 1 } ";
        List<String> kinds =
                List.of(
                        "",
                        "role: 'dev'",
                        "role: 'dev' reservation { principal: 'p' }",
                        "reservations { role: 'dev' type: STATIC }",
                        "reservations { role: 'dev' type: DYNAMIC }",
                        "reservations { role: 'dev' type: STATIC } reservations { role: 'dev/a' type: DYNAMIC }",
                        "allocation_info { role: 'dev' }",
                        "allocation_info { role: 'qa' }",
                        "revocable {}",
                        "shared {}",
                        "provider_id { value: 'p' }",
                        "disk { source { type: PATH path { root: '/a' } } }",
                        "disk { source { type: PATH path { root: '/b' } } }",
                        "disk { source { type: RAW profile: 'fast' } }");
        ResourceBag all = ResourceBag.EMPTY;
        for (String kind : kinds) {
            assertThat(all.contains(bag(cpus + kind))).as(kind).isFalse();
            all = all.plus(bag(cpus + kind));
        }
        assertThat(all.toProtos()).hasSize(kinds.size());
        assertThat(all.milli("cpus")).isEqualTo(kinds.size() * 1_000L);
    }

    @Test
    void whatIsGivenOutAsAWholeIsNeitherAddedUpNorCut() {
        for (String whole :
                List.of(
                        "disk { persistence { id: 'v' } volume { container_path: 'p' mode: RW } }",
                        "disk { source { type: MOUNT mount { root: '/m' } } }",
                        "disk { source { type: BLOCK id: 'b' } }",
                        "disk { source { type: RAW id: 'r' } }")) {
            ResourceBag two = bag("name: 'disk' type: SCALAR scalar { value: 2 } " + whole);
            ResourceBag one = bag("name: 'disk' type: SCALAR scalar { value: 1 } " + whole);
            assertThat(two.contains(one)).as(whole).isFalse();
            assertThat(one.plus(one)).as(whole).isNotEqualTo(two);
            assertThat(one.plus(one).toProtos()).as(whole).hasSize(2);
            assertThat(one.plus(one).milli("disk")).as(whole).isEqualTo(2_000);
            assertThat(one.plus(one).minus(one)).as(whole).isEqualTo(one);
        }
    }

    @Test
    void aSharedVolumeMayBeHeldSeveralTimesButItsSpaceCountsOnce() {
        ResourceBag volume =
                bag("name: 'disk' type: SCALAR scalar { value: 5 } disk { persistence { id: 'v' } } shared {}");
        assertThat(volume.plus(volume).minus(volume)).isEqualTo(volume);
        assertThat(volume.plus(volume).milli("disk")).isEqualTo(5_000);
    }

    @Test
    void whatIsMissingIsNamed() {
        ResourceBag some = bag("name: 'cpus' type: SCALAR scalar { value: 1.5 }");
        ResourceBag more = bag("name: 'cpus' type: SCALAR scalar { value: 4 }");
        assertThatThrownBy(() -> some.minus(more))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("cpus 2.5 is missing to take cpus 4");
    }

    @Test
    void whatIsNoAmountIsRefusedByTheNameOfItsResource() {
        for (String malformed :
                List.of(
                        "type: SCALAR scalar { value: nan }",
                        "type: SCALAR scalar { value: inf }",
                        "type: SCALAR scalar { value: -0.1 }",
                        "type: SCALAR scalar { value: 1e300 }",
                        "type: SCALAR",
                        "type: SCALAR ranges {}",
                        "type: TEXT",
                        "type: RANGES ranges { range { begin: 5 end: 4 } }",
                        "type: RANGES ranges { range { begin: 5 end: 18446744073709551615 } }")) {
            assertThatThrownBy(() -> bag("name: 'thing' " + malformed))
                    .as(malformed)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("resource 'thing': ");
        }
    }

    @Test
    void sumsDependNeitherOnOrderNorOnGrouping() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new RandomResources(new Random(seed));
            ResourceBag a = ResourceBag.of(random.resources());
            ResourceBag b = ResourceBag.of(random.resources());
            ResourceBag c = ResourceBag.of(random.resources());
            assertThat(a.plus(b)).as("seed %s", seed).isEqualTo(b.plus(a)).hasSameHashCodeAs(b.plus(a));
            assertThat(a.plus(b).plus(c)).as("seed %s", seed).isEqualTo(a.plus(b.plus(c)));
            assertThat(a.plus(ResourceBag.EMPTY)).as("seed %s", seed).isEqualTo(a);
        }
    }

    @Test
    void whatIsAddedCanBeTakenAwayAndTheOtherWayRound() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new RandomResources(new Random(seed));
            ResourceBag a = ResourceBag.of(random.resources());
            ResourceBag b = ResourceBag.of(random.resources());
            ResourceBag both = a.plus(b);
            assertThat(both.minus(a).plus(a)).as("seed %s", seed).isEqualTo(both);
            ResourceBag apart = both.minus(a); // of b, what does not overlap with the ranges and sets of a
            assertThat(a.plus(apart).minus(apart)).as("seed %s", seed).isEqualTo(a);
            assertThat(both.minus(both)).as("seed %s", seed).isEqualTo(ResourceBag.EMPTY);
        }
    }

    @Test
    void containsIsAPartialOrderThatFitsTheSum() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new RandomResources(new Random(seed));
            ResourceBag a = ResourceBag.of(random.resources());
            ResourceBag b = random.resources().isEmpty() ? a : ResourceBag.of(random.resources());
            ResourceBag c = a.plus(b).plus(ResourceBag.of(random.resources()));
            assertThat(a.contains(a)).as("seed %s", seed).isTrue();
            assertThat(a.plus(b).contains(a) && a.plus(b).contains(b)).as("seed %s", seed).isTrue();
            assertThat(c.contains(a.plus(b)) && c.contains(a)).as("seed %s", seed).isTrue();
            assertThat(a.contains(b) && b.contains(a)).as("seed %s", seed).isEqualTo(a.equals(b));
            if (!a.contains(b)) {
                assertThatThrownBy(() -> a.minus(b)).as("seed %s", seed).hasMessageContaining("is missing");
            }
        }
    }

    @Test
    void whatIsSentIsReadAsTheSameInAnyOrder() {
        for (int seed = 0; seed < SEEDS; seed++) {
            var random = new Random(seed);
            List<Resource> resources = new ArrayList<>(new RandomResources(random).resources());
            ResourceBag bag = ResourceBag.of(resources);
            assertThat(ResourceBag.of(bag.toProtos())).as("seed %s", seed).isEqualTo(bag);
            Collections.shuffle(resources, random);
            assertThat(ResourceBag.of(resources).toProtos()).as("seed %s", seed).isEqualTo(bag.toProtos());
        }
    }

    @Test
    void everyThousandthSurvivesTheWayToADoubleAndBack() {
        var random = new Random(1);
        for (int i = 0; i < 100_000; i++) {
            long milli = random.nextLong(1L << 50);
            assertThat(Thousandths.of(Thousandths.toDouble(milli))).isEqualTo(milli);
        }
    }

    static ResourceBag bag(String resource) {
        try {
            return ResourceBag.of(List.of(TextFormat.parse(resource, Resource.class)));
        } catch (TextFormat.ParseException e) {
            throw new AssertionError(resource, e);
        }
    }
}
