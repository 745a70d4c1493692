package dev.capstan.backend.mesos;

import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.scheduler.MasterOperation;

import org.apache.mesos.v1.scheduler.Protos.Call;

import java.util.ArrayList;
import java.util.List;

/** What a framework does, with its calls of a kind left out or put before all else. */
final class MutatedEffects {
    private MutatedEffects() {}

    static List<Effect> first(List<Effect> effects, Call.Type type) {
        List<Effect> ordered = new ArrayList<>(effects.stream().filter(effect -> says(effect, type)).toList());
        ordered.addAll(without(effects, type));
        return ordered;
    }

    static List<Effect> without(List<Effect> effects, Call.Type type) {
        return effects.stream().filter(effect -> !says(effect, type)).toList();
    }

    private static boolean says(Effect effect, Call.Type type) {
        return effect instanceof Effect.Perform(MasterOperation.Say(_, var call)) && call.getType() == type;
    }
}
