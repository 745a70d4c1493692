package dev.capstan.devcluster.mesos.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Task;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGeneratorFactory;

/** Who is offered what. */
class MasterTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private Master master = MasterFixture.master(MasterConfig.defaults());
    private int streams;
    private long now;

    private List<Offer> offers(MasterMessage message) {
        List<Offer> offers = new ArrayList<>();
        for (Effect effect : master.on(message, now)) {
            if (effect instanceof Effect.Send(_, Reply.Emitted(Event event)) && event.hasOffers()) {
                offers.addAll(event.getOffers().getOffersList());
            }
        }
        return offers;
    }

    private MasterMessage subscribe(String... roles) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        call.getSubscribeBuilder()
                .setFrameworkInfo(
                        FrameworkInfo.newBuilder()
                                .setUser("root")
                                .setName("f")
                                .addAllRoles(List.of(roles))
                                .addCapabilities(Capability.newBuilder().setType(Capability.Type.MULTI_ROLE))
                                .addCapabilities(
                                        Capability.newBuilder().setType(Capability.Type.RESERVATION_REFINEMENT)));
        return new MasterMessage.SchedulerCall(new Address("peer", "s" + streams++), null, null, call.build());
    }

    private static MasterMessage.RegisterAgent agent() {
        return agent("here");
    }

    private static MasterMessage.RegisterAgent agent(String hostname) {
        return MasterFixture.register(MasterFixture.agentInfo().setHostname(hostname));
    }

    private static double cpus(Offer offer) {
        return offer.getResourcesList().stream()
                .filter(each -> each.getName().equals("cpus"))
                .mapToDouble(each -> each.getScalar().getValue())
                .sum();
    }

    @Test
    void aNewAgentIsOfferedAtOnceAsAWholeToOneRole() {
        master.on(subscribe("a", "b"), now);
        assertThat(offers(agent()))
                .hasSize(1)
                .first()
                .satisfies(offer -> {
                    assertThat(cpus(offer)).isEqualTo(4);
                    assertThat(offer.getAllocationInfo().getRole()).isEqualTo("a");
                });
        assertThat(offers(new MasterMessage.Allocate())).isEmpty();
    }

    @Test
    void theRoleThatHasLessIsServedFirst() {
        master.on(subscribe("a"), now);
        master.on(subscribe("b"), now);
        assertThat(offers(agent()).getFirst().getAllocationInfo().getRole()).isEqualTo("a");
        assertThat(offers(agent()).getFirst().getAllocationInfo().getRole()).isEqualTo("b");
    }

    @Test
    void aRoleIsOfferedNoMoreThanItsQuota() {
        master = MasterFixture.master(MasterConfig.builder().quota("a", "cpus", 1.5).build());
        master.on(subscribe("a"), now);
        assertThat(cpus(offers(agent()).getFirst())).isEqualTo(1.5);
    }

    @Test
    void anOfferOfAStreamThatClosedIsMadeToTheNextFramework() {
        MasterMessage.SchedulerCall first = (MasterMessage.SchedulerCall) subscribe("a");
        master.on(first, now);
        assertThat(offers(agent())).hasSize(1);
        assertThat(offers(subscribe("b"))).isEmpty();
        master.on(new MasterMessage.StreamClosed(first.from()), now);
        now += SECOND;
        assertThat(offers(new MasterMessage.Allocate())).hasSize(1);
    }

    @Test
    @Timeout(30)
    void aThousandAgentsAreOfferedToManyRolesInOneRound() {
        for (int i = 0; i < 20; i++) {
            master.on(subscribe("role" + i, "shared"), now);
        }
        int offered = 0;
        for (int i = 0; i < 1_000; i++) {
            offered += offers(agent()).size();
        }
        assertThat(offered).isEqualTo(1_000);
        now += SECOND;
        master.on(new MasterMessage.RescindAll(), now);
        List<Offer> again = offers(new MasterMessage.Allocate());
        assertThat(again).hasSize(1_000);
        assertThat(again.stream().map(offer -> offer.getAllocationInfo().getRole()).distinct()).hasSize(21);
    }

    @Test
    void whatAnAgentHadCountsNoMoreWhenItIsUnreachable() {
        master = MasterFixture.master(MasterConfig.builder().quota("a", "cpus", 4).build());
        master.on(subscribe("a"), now);
        Offer first = offers(agent()).getFirst();
        assertThat(cpus(offers(agent("other")).getFirst())).as("the quota is used up").isZero();
        for (int i = 0; i <= MasterConfig.defaults().mostMissedPings(); i++) {
            master.on(new MasterMessage.PingAgent(first.getAgentId()), now);
        }
        assertThat(cpus(offers(new MasterMessage.Allocate()).getFirst())).isEqualTo(4);
    }

    private List<Effect> operator(org.apache.mesos.v1.master.Protos.Call.Builder call) {
        return master.on(new MasterMessage.OperatorCall(new Address("peer", "operator"), call.build()), now);
    }

    private static org.apache.mesos.v1.master.Protos.Call.Builder quota(String role, double cpus) {
        var call = org.apache.mesos.v1.master.Protos.Call.newBuilder();
        call.setType(org.apache.mesos.v1.master.Protos.Call.Type.UPDATE_QUOTA)
                .getUpdateQuotaBuilder()
                .addQuotaConfigsBuilder()
                .setRole(role)
                .putLimits("cpus", Value.Scalar.newBuilder().setValue(cpus).build());
        return call;
    }

    @Test
    void anOfferThatTakesARoleOverANewLimitIsTakenBack() {
        master.on(subscribe("a"), now);
        assertThat(cpus(offers(agent()).getFirst())).isEqualTo(4);
        assertThat(operator(quota("a", 1)))
                .anyMatch(effect -> effect instanceof Effect.Send(_, Reply.Emitted(Event event)) && event.hasRescind());
        now += SECOND;
        assertThat(cpus(offers(new MasterMessage.Allocate()).getFirst())).isEqualTo(1);
    }

    @Test
    void aRoleOfThreefoldWeightIsOfferedThreeTimesAsMuch() {
        var call = org.apache.mesos.v1.master.Protos.Call.newBuilder();
        call.setType(org.apache.mesos.v1.master.Protos.Call.Type.UPDATE_WEIGHTS)
                .getUpdateWeightsBuilder()
                .addWeightInfosBuilder()
                .setRole("b")
                .setWeight(3);
        operator(call);
        master.on(subscribe("a"), now);
        master.on(subscribe("b"), now);
        List<String> roles = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            offers(agent("h" + i)).forEach(offer -> roles.add(offer.getAllocationInfo().getRole()));
        }
        assertThat(roles.stream().filter("b"::equals)).hasSize(6);
    }

    @Test
    void newWeightsTakeAllOffersBackIfTheirRoleIsInUse() {
        master.on(subscribe("a"), now);
        offers(agent());
        assertThat(operator(weight("c"))).noneMatch(MasterTest::isRescind);
        assertThat(operator(weight("a"))).anyMatch(MasterTest::isRescind);
    }

    private static boolean isRescind(Effect effect) {
        return effect instanceof Effect.Send(_, Reply.Emitted(Event event)) && event.hasRescind();
    }

    private static org.apache.mesos.v1.master.Protos.Call.Builder weight(String role) {
        var call = org.apache.mesos.v1.master.Protos.Call.newBuilder();
        call.setType(org.apache.mesos.v1.master.Protos.Call.Type.UPDATE_WEIGHTS)
                .getUpdateWeightsBuilder()
                .addWeightInfosBuilder()
                .setRole(role)
                .setWeight(3);
        return call;
    }

    @Test
    void twoRolesThatGiveEverythingBackShareThreeAgentsOneToTwoInTurn() {
        MasterMessage.SchedulerCall a = (MasterMessage.SchedulerCall) subscribe("a");
        master.on(a, now);
        master.on(subscribe("b"), now);
        for (String each : List.of("x", "y", "z")) {
            offers(agent(each));
        }
        List<Long> ofA = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            now += SECOND;
            master.on(new MasterMessage.RescindAll(), now);
            List<Offer> round = offers(new MasterMessage.Allocate());
            assertThat(round).hasSize(3);
            ofA.add(round.stream().filter(each -> each.getAllocationInfo().getRole().equals("a")).count());
        }
        assertThat(ofA).containsOnly(1L, 2L);
    }

    @Test
    void anAgentOfAnotherRegionIsForFrameworksThatKnowOfRegions() {
        master = MasterFixture.master(MasterConfig.builder().domain("eu", "1").build());
        master.on(subscribe("a"), now);
        MasterMessage.RegisterAgent near = agent("near");
        assertThat(offers(inRegion(near, "us"))).isEmpty();
        assertThat(offers(inRegion(near, "eu"))).hasSize(1);
    }

    private static MasterMessage inRegion(MasterMessage.RegisterAgent agent, String region) {
        var info = agent.info().toBuilder().setDomain(MasterConfig.domain(region, "2")).build();
        return new MasterMessage.RegisterAgent(agent.from(), info, List.of(), List.of(), List.of());
    }

    @Test
    void anAgentThatComesBackIsToldThatItIsToBeEmptied() {
        MasterMessage.SchedulerCall framework = (MasterMessage.SchedulerCall) subscribe("a");
        master.on(framework, now);
        MasterMessage.RegisterAgent fresh = agent();
        var known = fresh.info().toBuilder().setId(AgentID.newBuilder().setValue("m-S0")).build();
        var task =
                Task.newBuilder()
                        .setName("t")
                        .setTaskId(TaskID.newBuilder().setValue("t"))
                        .setFrameworkId(FrameworkID.newBuilder().setValue("m-0000"))
                        .setAgentId(known.getId())
                        .setState(TaskState.TASK_RUNNING)
                        .build();
        var register = new MasterMessage.RegisterAgent(MasterFixture.AGENT, known, List.of(task), List.of(), List.of());
        master.on(register, now);
        var call = org.apache.mesos.v1.master.Protos.Call.newBuilder();
        call.setType(org.apache.mesos.v1.master.Protos.Call.Type.DRAIN_AGENT)
                .getDrainAgentBuilder()
                .setAgentId(known.getId());
        assertThat(operator(call)).anyMatch(MasterTest::isDrain);
        assertThat(master.on(register, now)).anyMatch(MasterTest::isDrain);
    }

    private static boolean isDrain(Effect effect) {
        return effect instanceof Effect.Send(_, AgentMessage.Drain _);
    }

    @Test
    void theNextMasterRemembersLimitsAndAgentsThatAreLeftAlone() {
        List<RegistryEntry> written = new ArrayList<>();
        master.on(subscribe("a"), now);
        List<Effect> effects = new ArrayList<>(master.on(agent(), now));
        effects.addAll(operator(quota("a", 1)));
        var call = org.apache.mesos.v1.master.Protos.Call.newBuilder();
        call.setType(org.apache.mesos.v1.master.Protos.Call.Type.DEACTIVATE_AGENT)
                .getDeactivateAgentBuilder()
                .setAgentId(AgentID.newBuilder().setValue("m-S0"));
        effects.addAll(operator(call));
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist(RegistryEntry entry)) {
                written.add(entry);
            }
        }
        master =
                new Master(
                        MasterConfig.defaults(),
                        MasterIdentity.of(MasterConfig.defaults(), "n", 5050),
                        written,
                        RandomGeneratorFactory.of("L64X128MixRandom").create(7),
                        0);
        master.on(subscribe("a"), now);
        MasterMessage.RegisterAgent first = agent();
        var known = first.info().toBuilder().setId(AgentID.newBuilder().setValue("m-S0")).build();
        assertThat(offers(new MasterMessage.RegisterAgent(MasterFixture.AGENT, known, List.of(), List.of(), List.of())))
                .isEmpty();
        assertThat(cpus(offers(agent("other")).getFirst())).isEqualTo(1);
    }
}
