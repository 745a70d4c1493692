package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The part of a {@link FrameworkScheduler} that has tasks killed.
 *
 * <p>A master that knows nothing of an agent yet does not answer; so it is said until the task is over.
 */
final class Kills {
    private static final String AGAIN = "kill-again";

    private final Duration patience;
    private boolean isArmed;

    Kills(FrameworkConfig.Timing.Tasks timing) {
        this.patience = timing.killPatience();
    }

    /**
     * The task is not wanted any more.
     *
     * @param connected whether there is a master to be told
     */
    List<Effect> onCancelled(MesosTask task, Calls calls, boolean connected) {
        List<Effect> effects = new ArrayList<>();
        if (connected) {
            effects.add(calls.kill(task.id(), task.agentId()));
        }
        if (!isArmed) {
            effects.add(arm());
        }
        return effects;
    }

    /**
     * Says it again of those that are still there.
     *
     * @param tasks all that are not over
     * @param connected whether there is a master to be told
     */
    List<Effect> again(Collection<MesosTask> tasks, Calls calls, boolean connected) {
        List<MesosTask> unwanted = tasks.stream().filter(MesosTask::cancelled).toList();
        isArmed = false;
        if (unwanted.isEmpty()) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        if (connected) {
            unwanted.forEach(task -> effects.add(calls.kill(task.id(), task.agentId())));
        }
        effects.add(arm());
        return effects;
    }

    private Effect arm() {
        isArmed = true;
        return new Effect.Arm(AGAIN, patience, new FrameworkMessage.KillAgain());
    }
}
