package dev.capstan.devcluster.mesos.master;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Event;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Objects;

/** What operators hear who listen. */
class WatchersTest {
    private static final MasterConfig CONFIG = MasterConfig.defaults();

    private final Master master = MasterFixture.master(CONFIG);

    private List<Effect> watch(Address stream) {
        return master.on(
                new MasterMessage.OperatorCall(stream, Call.newBuilder().setType(Call.Type.SUBSCRIBE).build()), 0);
    }

    private static Address watcher(int number) {
        return new Address("peer", "w" + number);
    }

    private static List<Event.Type> heardBy(Address stream, List<Effect> effects) {
        return effects.stream()
                .map(each ->
                        each instanceof Effect.Send(var to, Reply.Emitted(Event event)) && to.equals(stream)
                                ? event.getType()
                                : null)
                .filter(Objects::nonNull)
                .toList();
    }

    private static MasterMessage agent() {
        return MasterFixture.register(MasterFixture.agentInfo());
    }

    private static MasterMessage framework(Address stream) {
        var call =
                org.apache.mesos.v1.scheduler.Protos.Call.newBuilder()
                        .setType(org.apache.mesos.v1.scheduler.Protos.Call.Type.SUBSCRIBE);
        call.getSubscribeBuilder().setFrameworkInfo(FrameworkInfo.newBuilder().setUser("root").setName("f"));
        return new MasterMessage.SchedulerCall(stream, null, null, call.build());
    }

    @Test
    void whoListensIsToldWhatThereIsAndThenWhatHappens() {
        master.on(agent(), 0);
        Address one = watcher(1);
        assertThat(heardBy(one, watch(one))).containsExactly(Event.Type.SUBSCRIBED, Event.Type.HEARTBEAT);
        Address stream = new Address("peer", "f");
        assertThat(heardBy(one, master.on(framework(stream), 0))).containsExactly(Event.Type.FRAMEWORK_ADDED);
        assertThat(heardBy(one, master.on(new MasterMessage.StreamClosed(stream), 0)))
                .containsExactly(Event.Type.FRAMEWORK_REMOVED);
        assertThat(heardBy(one, master.on(new MasterMessage.AgentLeaves(MasterFixture.AGENT), 0)))
                .containsExactly(Event.Type.AGENT_REMOVED);
    }

    @Test
    void heartbeatsGoOnUntilTheStreamIsClosed() {
        Address one = watcher(1);
        watch(one);
        assertThat(master.on(new MasterMessage.WatcherBeat(one), 0))
                .anyMatch(each ->
                        each instanceof Effect.Arm(_, var after, MasterMessage.WatcherBeat _)
                                && after.equals(CONFIG.heartbeatInterval()));
        master.on(new MasterMessage.StreamClosed(one), 0);
        assertThat(master.on(new MasterMessage.WatcherBeat(one), 0)).isEmpty();
        assertThat(heardBy(one, master.on(agent(), 0))).isEmpty();
    }

    @Test
    void whoHasListenedLongestGoesWhenThereAreTooMany() {
        for (int i = 0; i < 1_000; i++) {
            watch(watcher(i));
        }
        assertThat(watch(watcher(1_000)))
                .anyMatch(each -> each instanceof Effect.Send(var to, Reply.Ended _) && to.equals(watcher(0)));
        List<Effect> effects = master.on(agent(), 0);
        assertThat(heardBy(watcher(0), effects)).isEmpty();
        assertThat(heardBy(watcher(1), effects)).containsExactly(Event.Type.AGENT_ADDED);
    }
}
