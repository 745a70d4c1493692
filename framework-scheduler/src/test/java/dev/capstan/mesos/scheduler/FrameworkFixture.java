package dev.capstan.mesos.scheduler;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OfferID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A framework without a master: tests say what a master says, and look at what the framework does. */
final class FrameworkFixture {
    static final String FRAMEWORK_ID = "framework-0001";
    static final Address USER = new Address("driver", "user");

    /** The constraint that refuses nobody. */
    static final Constraints NONE = Constraints.parse("");

    final FrameworkConfig.Timing timing = FrameworkConfig.Timing.USUAL;
    final FrameworkScheduler framework;
    final List<FrameworkEntry> written = new ArrayList<>();
    private long nowNanos;
    private int nextOffer;

    FrameworkFixture(FrameworkEntry... recovered) {
        this(info(), recovered);
    }

    FrameworkFixture(FrameworkInfo info, FrameworkEntry... recovered) {
        written.addAll(List.of(recovered));
        framework =
                new FrameworkScheduler(
                        new FrameworkConfig(info, timing, 0, 1),
                        new FrameworkUser(USER, event -> event),
                        List.of(recovered));
    }

    static FrameworkInfo info() {
        return info("dev");
    }

    static FrameworkInfo info(String... roles) {
        return FrameworkInfo.newBuilder()
                .setUser("somebody")
                .setName("test")
                .addAllRoles(Arrays.asList(roles))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.PARTITION_AWARE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.MULTI_ROLE))
                .addCapabilities(capability(FrameworkInfo.Capability.Type.RESERVATION_REFINEMENT))
                .build();
    }

    private static FrameworkInfo.Capability capability(FrameworkInfo.Capability.Type type) {
        return FrameworkInfo.Capability.newBuilder().setType(type).build();
    }

    /** Already subscribed, on connection 1. */
    static FrameworkFixture subscribed(FrameworkEntry... recovered) {
        return subscribed(info(), recovered);
    }

    static FrameworkFixture subscribed(FrameworkInfo info, FrameworkEntry... recovered) {
        var fixture = new FrameworkFixture(info, recovered);
        fixture.tell(new FrameworkMessage.Start());
        fixture.hear(subscribedEvent());
        return fixture;
    }

    Outcome tell(FrameworkMessage message) {
        List<Effect> effects = new ArrayList<>(framework.on(message, nowNanos));
        effects.addAll(framework.endOfTurn(nowNanos));
        for (Effect effect : effects) {
            if (effect instanceof Effect.Persist(var entry)) {
                written.add((FrameworkEntry) entry);
            }
        }
        return new Outcome(effects);
    }

    Outcome hear(Event event) {
        return hear(1, event);
    }

    Outcome hear(long connection, Event event) {
        return tell(new FrameworkMessage.EventArrived(connection, event));
    }

    void pass(Duration time) {
        nowNanos += time.toNanos();
    }

    Outcome offer(Offer... offers) {
        return hear(
                Event.newBuilder()
                        .setType(Event.Type.OFFERS)
                        .setOffers(Event.Offers.newBuilder().addAllOffers(Arrays.asList(offers)).buildPartial())
                        .buildPartial());
    }

    Offer offerOf(String agent, double cpus, double memory) {
        return offerTo("dev", agent, cpus, memory);
    }

    Offer offerTo(String role, String agent, double cpus, double memory) {
        return offerTo(
                role, agent, scalar(role, "cpus", cpus), scalar(role, "mem", memory), scalar(role, "disk", 10_000));
    }

    Offer offerTo(String role, String agent, Resource... resources) {
        return Offer.newBuilder()
                .setId(OfferID.newBuilder().setValue("offer-" + nextOffer++))
                .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK_ID))
                .setAgentId(AgentID.newBuilder().setValue(agent))
                .setHostname(agent + ".test")
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role))
                .addAllResources(Arrays.asList(resources))
                .build();
    }

    static Resource scalar(String role, String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole(role))
                .build();
    }

    Outcome launch(String id, long cpus, long memory) {
        return launch(id, cpus, memory, NONE);
    }

    Outcome launch(String id, long cpus, long memory, Constraints constraints) {
        return launch("dev", id, cpus, memory, constraints);
    }

    Outcome launch(String role, String id, long cpus, long memory, Constraints constraints) {
        return tell(
                new FrameworkMessage.Launch(
                        new TaskRequest(
                                id,
                                role,
                                Needs.of(cpus * 1_000, memory * 1_000),
                                constraints,
                                "group",
                                TaskInfo.getDefaultInstance())));
    }

    /** From an agent, which waits for an acknowledgement. */
    Outcome update(String task, TaskState state) {
        return status(agentStatus(task, state));
    }

    TaskStatus agentStatus(String task, TaskState state) {
        return status(task, state)
                .setUuid(ByteString.copyFromUtf8((task + state + "----------------").substring(0, 16)))
                .setSource(TaskStatus.Source.SOURCE_EXECUTOR)
                .build();
    }

    /** From the master, which does not. */
    Outcome answer(String task, TaskState state) {
        return status(
                status(task, state)
                        .setSource(TaskStatus.Source.SOURCE_MASTER)
                        .setReason(TaskStatus.Reason.REASON_RECONCILIATION)
                        .build());
    }

    Outcome status(TaskStatus status) {
        return hear(
                Event.newBuilder()
                        .setType(Event.Type.UPDATE)
                        .setUpdate(Event.Update.newBuilder().setStatus(status))
                        .build());
    }

    static TaskStatus.Builder status(String task, TaskState state) {
        return TaskStatus.newBuilder()
                .setTaskId(TaskID.newBuilder().setValue(task))
                .setAgentId(AgentID.newBuilder().setValue("agent-1"))
                .setState(state);
    }

    static Event subscribedEvent() {
        return Event.newBuilder()
                .setType(Event.Type.SUBSCRIBED)
                .setSubscribed(
                        Event.Subscribed.newBuilder()
                                .setFrameworkId(FrameworkID.newBuilder().setValue(FRAMEWORK_ID))
                                .setHeartbeatIntervalSeconds(15)
                                .setMasterInfo(
                                        MasterInfo.newBuilder()
                                                .setId("master")
                                                .setIp(0)
                                                .setPort(5050)
                                                .setHostname("master.test")))
                .build();
    }

    static Event error(String text) {
        return Event.newBuilder().setType(Event.Type.ERROR).setError(Event.Error.newBuilder().setMessage(text)).build();
    }

    static Event heartbeat() {
        return Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
    }

    /** What came of a message. */
    record Outcome(List<Effect> effects) {
        List<Call> calls() {
            List<Call> calls = new ArrayList<>();
            for (Effect effect : effects) {
                if (effect instanceof Effect.Perform(MasterOperation.Say(_, var call))) {
                    calls.add(call);
                }
            }
            return calls;
        }

        List<Call.Type> callTypes() {
            return calls().stream().map(Call::getType).toList();
        }

        /** The only one of its type. */
        Call call(Call.Type type) {
            List<Call> found = calls().stream().filter(call -> call.getType() == type).toList();
            if (found.size() != 1) {
                throw new AssertionError(found.size() + " calls of type " + type + " among " + callTypes());
            }
            return found.getFirst();
        }

        List<Message> told() {
            List<Message> told = new ArrayList<>();
            for (Effect effect : effects) {
                if (effect instanceof Effect.Send(_, var message)) {
                    told.add(message);
                }
            }
            return told;
        }

        <T> List<T> told(Class<T> type) {
            return told().stream().filter(type::isInstance).map(type::cast).toList();
        }

        <T extends FrameworkEvent> T event(Class<T> type) {
            List<T> found = told(type);
            if (found.size() != 1) {
                throw new AssertionError(found.size() + " of " + type + " among " + told());
            }
            return found.getFirst();
        }

        List<MasterOperation> operations() {
            List<MasterOperation> operations = new ArrayList<>();
            for (Effect effect : effects) {
                if (effect instanceof Effect.Perform(MasterOperation operation)) {
                    operations.add(operation);
                }
            }
            return operations;
        }

        Duration armed(String timer) {
            for (Effect effect : effects) {
                if (effect instanceof Effect.Arm(var name, var after, _) && name.equals(timer)) {
                    return after;
                }
            }
            throw new AssertionError(timer + " is not armed by " + effects);
        }

        /** Where in the order of effects the first that fits stands; -1 when none does. */
        int indexOf(java.util.function.Predicate<Effect> fits) {
            for (int i = 0; i < effects.size(); i++) {
                if (fits.test(effects.get(i))) {
                    return i;
                }
            }
            return -1;
        }
    }
}
