package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.resource.Needs;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The part of a {@link FrameworkScheduler} that has it looked why not enough is offered while something waits for long.
 */
final class Starvation {
    private static final System.Logger LOG = System.getLogger(Starvation.class.getName());
    private static final String LOOK = "look-around";
    private static final Duration UNTIL_FIRST_LOOK = Duration.ofSeconds(3);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(30);

    private boolean isArmed;
    private String reason = "";

    /** Something waits. */
    List<Effect> watch() {
        return isArmed ? List.of() : List.of(arm(UNTIL_FIRST_LOOK));
    }

    private Effect arm(Duration after) {
        isArmed = true;
        return new Effect.Arm(LOOK, after, new FrameworkMessage.LookAround());
    }

    /**
     * @param waiting what waits
     * @param connected whether there is a master to be asked
     */
    List<Effect> look(Waiting waiting, boolean connected) {
        isArmed = false;
        if (waiting.isEmpty()) {
            reason = "";
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        if (connected) {
            firstNeeds(waiting).ifPresent(found -> effects.add(new Effect.Perform(found)));
        }
        effects.add(arm(BETWEEN_LOOKS));
        return effects;
    }

    private static Optional<MasterOperation> firstNeeds(Waiting waiting) {
        for (Request request : waiting.all()) {
            Optional<Needs> needs =
                    switch (request) {
                        case TaskRequest task -> Optional.of(task.needs());
                        case GroupRequest group -> group.needs(false).stream().reduce(Needs::plus);
                        case OperationRequest(_, _, ResourceChange.Reserve reserve) -> Optional.of(reserve.needs());
                        case OperationRequest _ -> Optional.empty(); // it waits for its agent, not for more
                    };
            if (needs.isPresent()) {
                return Optional.of(new MasterOperation.LookAround(request.role(), needs.get()));
            }
        }
        return Optional.empty();
    }

    void seen(String words) {
        if (!words.isEmpty() && !words.equals(reason)) {
            LOG.log(System.Logger.Level.INFO, "not enough is offered: {0}", words);
        }
        reason = words;
    }

    /** Empty while it is not known. */
    String reason() {
        return reason;
    }
}
