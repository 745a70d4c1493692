package dev.capstan.backend.mesos;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.scheduler.FrameworkEntry;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.MasterOperation;

import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.util.ArrayList;
import java.util.List;

/** A framework with one rule broken, as an {@link OperationsMutant} says. */
final class MutatedOperations implements Actor<FrameworkMessage> {
    private final FrameworkScheduler real;
    private final OperationsMutant mutant;

    MutatedOperations(FrameworkScheduler real, OperationsMutant mutant) {
        this.real = real;
        this.mutant = mutant;
    }

    @Override
    public List<Effect> on(FrameworkMessage message, long nowNanos) {
        List<Effect> effects = new ArrayList<>(real.on(message, nowNanos));
        if (message instanceof FrameworkMessage.EventArrived(var connection, var event)
                && event.getType() == Event.Type.UPDATE_OPERATION_STATUS) {
            OperationStatus status = event.getUpdateOperationStatus().getStatus();
            if (mutant == OperationsMutant.ACKNOWLEDGES_WITHOUT_UUID && !status.hasUuid()) {
                effects.add(acknowledgement(connection, status));
            }
            if (mutant == OperationsMutant.ENDS_TWICE && status.getState() == OperationState.OPERATION_FINISHED) {
                effects.addFirst(
                        new Effect.Persist(new FrameworkEntry.OperationEnded(status.getOperationId().getValue())));
            }
        }
        return mutated(effects);
    }

    private static Effect acknowledgement(long connection, OperationStatus status) {
        Call.Builder call = Call.newBuilder().setType(Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
        call.getAcknowledgeOperationStatusBuilder()
                .setOperationId(status.getOperationId())
                .setUuid(ByteString.copyFromUtf8("0123456789abcdef"));
        return new Effect.Perform(new MasterOperation.Say(connection, call.build()));
    }

    @Override
    public List<Effect> endOfTurn(long nowNanos) {
        return mutated(real.endOfTurn(nowNanos));
    }

    private List<Effect> mutated(List<Effect> effects) {
        return switch (mutant) {
            case ACKNOWLEDGES_BEFORE_WRITING -> MutatedEffects.first(effects, Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
            case ASKS_BEFORE_WRITING -> MutatedEffects.first(effects, Call.Type.ACCEPT);
            case NEVER_ACKNOWLEDGES -> MutatedEffects.without(effects, Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
            case NEVER_ASKS -> MutatedEffects.without(effects, Call.Type.RECONCILE_OPERATIONS);
            case NONE, ACKNOWLEDGES_WITHOUT_UUID, ENDS_TWICE -> effects;
        };
    }
}
