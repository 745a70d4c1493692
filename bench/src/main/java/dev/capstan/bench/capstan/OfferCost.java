package dev.capstan.bench.capstan;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.scheduler.FrameworkConfig;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.FrameworkUser;
import dev.capstan.mesos.scheduler.TaskRequest;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Attribute;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.util.List;

/**
 * What an offer costs a Mesos framework: read from its bytes, held against what is wanted, accepted or given back. One
 * message brings the offers of all agents, of which every tenth has what is asked for.
 */
final class OfferCost {
    private static final FrameworkID FRAMEWORK = FrameworkID.newBuilder().setValue("framework").build();
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int RACKS = 10;

    private OfferCost() {}

    static Program prepare(int agents) {
        byte[] offers = offers(agents).toByteArray();
        return () -> {
            FrameworkScheduler framework = subscribed();
            for (int i = 0; i < agents / RACKS; i++) {
                framework.on(new FrameworkMessage.Launch(request(i)), 0);
            }
            Stopwatch watch = Stopwatch.started();
            framework.on(new FrameworkMessage.EventArrived(1, parsed(offers)), 0);
            List<Effect> decided = framework.endOfTurn(0);
            double seconds = watch.seconds();
            long placed =
                    decided.stream()
                            .filter(effect -> effect instanceof Effect.Send(_, FrameworkEvent.TaskPlaced _))
                            .count();
            return Figure.of(seconds * NANOS_PER_SECOND / agents, placed);
        };
    }

    private static Event parsed(byte[] bytes) {
        try {
            return Event.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("these bytes were written here", e);
        }
    }

    private static FrameworkScheduler subscribed() {
        FrameworkInfo info = FrameworkInfo.newBuilder().setUser("somebody").setName("offers").addRoles("dev").build();
        var framework =
                new FrameworkScheduler(
                        new FrameworkConfig(info, FrameworkConfig.Timing.USUAL, 0, 1),
                        new FrameworkUser(new Address("driver", "user"), event -> event),
                        List.of());
        framework.on(new FrameworkMessage.Start(), 0);
        Event subscribed =
                Event.newBuilder()
                        .setType(Event.Type.SUBSCRIBED)
                        .setSubscribed(Event.Subscribed.newBuilder().setFrameworkId(FRAMEWORK))
                        .build();
        framework.on(new FrameworkMessage.EventArrived(1, subscribed), 0);
        return framework;
    }

    private static TaskRequest request(int number) {
        return new TaskRequest(
                "task-" + number,
                "dev",
                Needs.of(2_000, 4_000_000),
                Constraints.parse("rack = r0; agent unique"),
                "group",
                TaskInfo.getDefaultInstance());
    }

    private static Event offers(int agents) {
        Event.Builder event = Event.newBuilder().setType(Event.Type.OFFERS);
        for (int agent = 0; agent < agents; agent++) {
            event.getOffersBuilder()
                    .addOffers(
                            Offer.newBuilder()
                                    .setId(OfferID.newBuilder().setValue("offer-" + agent))
                                    .setFrameworkId(FRAMEWORK)
                                    .setAgentId(AgentID.newBuilder().setValue("agent-" + agent))
                                    .setHostname("agent-" + agent + ".test")
                                    .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("dev"))
                                    .addResources(scalar("cpus", 16))
                                    .addResources(scalar("mem", 65_536))
                                    .addResources(scalar("disk", 1_000_000))
                                    .addAttributes(
                                            Attribute.newBuilder()
                                                    .setName("rack")
                                                    .setType(Value.Type.TEXT)
                                                    .setText(Value.Text.newBuilder().setValue("r" + agent % RACKS))));
        }
        return event.build();
    }

    private static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("dev"))
                .build();
    }
}
