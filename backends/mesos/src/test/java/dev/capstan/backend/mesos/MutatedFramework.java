package dev.capstan.backend.mesos;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.MasterOperation;

import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** A framework with one rule broken, as a {@link MesosMutant} says. */
final class MutatedFramework implements Actor<FrameworkMessage> {
    private final FrameworkScheduler real;
    private final MesosMutant mutant;
    private @Nullable Event offered;

    MutatedFramework(FrameworkScheduler real, MesosMutant mutant) {
        this.real = real;
        this.mutant = mutant;
    }

    @Override
    public List<Effect> on(FrameworkMessage message, long nowNanos) {
        boolean hidden =
                message instanceof FrameworkMessage.EventArrived(_, var event)
                        && mutant == MesosMutant.HIDES_RESCINDED_OFFERS
                        && event.getType() == Event.Type.RESCIND;
        if (hidden) {
            return List.of();
        }
        if (mutant == MesosMutant.FORGETS_LAUNCHES && message instanceof FrameworkMessage.CheckLaunches) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>(real.on(seen(message), nowNanos));
        if (mutant == MesosMutant.DOES_NOT_ASK_A_NEW_MASTER
                && message instanceof FrameworkMessage.EventArrived(_, var event)
                && event.getType() == Event.Type.SUBSCRIBED) {
            effects = new ArrayList<>(MutatedEffects.without(effects, Call.Type.RECONCILE));
        }
        if (message instanceof FrameworkMessage.EventArrived(var connection, var event)) {
            if (mutant == MesosMutant.KEEPS_OLD_OFFERS) {
                effects.addAll(withOldOffers(connection, event, nowNanos));
            }
            if (mutant == MesosMutant.ACKNOWLEDGES_WITHOUT_UUID && event.getType() == Event.Type.UPDATE) {
                effects.add(acknowledgement(connection, event));
            }
        }
        return mutated(effects);
    }

    private FrameworkMessage seen(FrameworkMessage message) {
        if (mutant != MesosMutant.OVERLOOKS_MAINTENANCE
                || !(message instanceof FrameworkMessage.EventArrived(var connection, var event))) {
            return message;
        }
        Event.Builder blind = event.toBuilder();
        blind.getOffersBuilder().getOffersBuilderList().forEach(Offer.Builder::clearUnavailability);
        return new FrameworkMessage.EventArrived(connection, blind.build());
    }

    @Override
    public List<Effect> endOfTurn(long nowNanos) {
        return mutated(real.endOfTurn(nowNanos));
    }

    private List<Effect> withOldOffers(long connection, Event event, long nowNanos) {
        Event old = offered;
        if (event.getType() == Event.Type.OFFERS) {
            offered = event;
        }
        return event.getType() == Event.Type.SUBSCRIBED && old != null
                ? real.on(new FrameworkMessage.EventArrived(connection, old), nowNanos)
                : List.of();
    }

    private static Effect acknowledgement(long connection, Event event) {
        var status = event.getUpdate().getStatus();
        return new Effect.Perform(
                new MasterOperation.Say(
                        connection,
                        Call.newBuilder()
                                .setType(Call.Type.ACKNOWLEDGE)
                                .setAcknowledge(
                                        Call.Acknowledge.newBuilder()
                                                .setAgentId(status.getAgentId())
                                                .setTaskId(status.getTaskId())
                                                .setUuid(status.getUuid()))
                                .build()));
    }

    private List<Effect> mutated(List<Effect> effects) {
        return switch (mutant) {
            case ACKNOWLEDGES_BEFORE_WRITING -> MutatedEffects.first(effects, Call.Type.ACKNOWLEDGE);
            case LAUNCHES_BEFORE_WRITING -> MutatedEffects.first(effects, Call.Type.ACCEPT);
            case NEVER_ACKNOWLEDGES -> MutatedEffects.without(effects, Call.Type.ACKNOWLEDGE);
            case NEVER_ASKS -> MutatedEffects.without(effects, Call.Type.RECONCILE);
            case NEVER_KILLS -> MutatedEffects.without(effects, Call.Type.KILL);
            case IGNORES_INVERSE_OFFERS -> MutatedEffects.without(effects, Call.Type.ACCEPT_INVERSE_OFFERS);
            case NEVER_DECLINES -> MutatedEffects.without(effects, Call.Type.DECLINE);
            case LEAVES_ITS_TASKS -> MutatedEffects.without(effects, Call.Type.TEARDOWN);
            case SPEAKS_ON_OLD_CONNECTIONS -> effects.stream().map(MutatedFramework::late).toList();
            case TAKES_TOO_MUCH -> effects.stream().map(MutatedFramework::greedy).toList();
            case NONE,
                    ACKNOWLEDGES_WITHOUT_UUID,
                    WRITES_LATE,
                    DOES_NOT_ASK_A_NEW_MASTER,
                    FORGETS_LAUNCHES,
                    OVERLOOKS_MAINTENANCE,
                    TELLS_NOBODY_OF_MAINTENANCE,
                    NEVER_DISARMS,
                    KEEPS_OLD_OFFERS,
                    HIDES_RESCINDED_OFFERS,
                    GIVES_NAMES_AGAIN ->
                    effects;
        };
    }

    private static Effect late(Effect effect) {
        return effect instanceof Effect.Perform(MasterOperation.Say(var connection, var call)) && connection > 1
                ? new Effect.Perform(new MasterOperation.Say(connection - 1, call))
                : effect;
    }

    private static Effect greedy(Effect effect) {
        if (!(effect instanceof Effect.Perform(MasterOperation.Say(var connection, var call)))
                || call.getType() != Call.Type.ACCEPT) {
            return effect;
        }
        Call.Builder more = call.toBuilder();
        var launch = more.getAcceptBuilder().getOperationsBuilder(0).getLaunchBuilder();
        var task = launch.getTaskInfosBuilder(0);
        for (int i = 0; i < 9; i++) {
            task.addResources(task.getResources(0));
        }
        return new Effect.Perform(new MasterOperation.Say(connection, more.build()));
    }
}
