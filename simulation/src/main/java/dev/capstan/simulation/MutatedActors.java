package dev.capstan.simulation;

import dev.capstan.driver.dag.DagScheduler;
import dev.capstan.driver.dag.JobEvent;
import dev.capstan.driver.scheduling.LeaseTaskScheduler;
import dev.capstan.driver.scheduling.SchedulingEvent;
import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The actors of the driver with one rule broken, as a {@link Mutant} says. */
final class MutatedActors {
    private final Mutant mutant;
    private final SplittableRandom random;

    MutatedActors(Mutant mutant, SplittableRandom random) {
        this.mutant = mutant;
        this.random = random;
    }

    Actor<Message> of(DagScheduler real) {
        return new Actor<>() {
            @Override
            public List<Effect> on(Message message, long nowNanos) {
                boolean hidden =
                        mutant == Mutant.HIDES_LOST_EXECUTORS && message instanceof SchedulingEvent.ExecutorGone
                                || mutant == Mutant.FORGETS_HELD_TASKS && message instanceof SchedulingEvent.TasksHeld;
                return hidden ? List.of() : doubled(real.on(message, nowNanos));
            }

            @Override
            public List<Effect> endOfTurn(long nowNanos) {
                return real.endOfTurn(nowNanos);
            }
        };
    }

    private List<Effect> doubled(List<Effect> effects) {
        List<Effect> more = new ArrayList<>();
        for (Effect effect : effects) {
            more.add(effect);
            boolean again =
                    switch (mutant) {
                        case HANDS_OUT_RESULTS_TWICE ->
                                effect instanceof Effect.Send(_, JobEvent.PartitionResult _) && random.nextInt(20) == 0;
                        case COUNTS_ADDITIONS_TWICE -> effect instanceof Effect.Send(_, JobEvent.AccumulatorsUpdated _);
                        default -> false;
                    };
            if (again) {
                more.add(effect);
            }
        }
        return more;
    }

    Actor<Message> of(LeaseTaskScheduler real) {
        return new Actor<>() {
            @Override
            public List<Effect> on(Message message, long nowNanos) {
                boolean hidden =
                        mutant == Mutant.LEAVES_CANCELLED_TASKS && message instanceof SchedulingRequest.CancelTasks;
                return hidden ? List.of() : real.on(message, nowNanos);
            }

            @Override
            public List<Effect> endOfTurn(long nowNanos) {
                return real.endOfTurn(nowNanos);
            }
        };
    }
}
