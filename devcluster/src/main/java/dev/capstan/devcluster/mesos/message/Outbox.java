package dev.capstan.devcluster.mesos.message;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Entry;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Gathers the effects of one message, in order, for an actor made of several parts. */
public final class Outbox {
    private List<Effect> effects = new ArrayList<>();

    public void send(Address to, Message message) {
        effects.add(new Effect.Send(to, message));
    }

    public void arm(String timer, Duration after, Message message) {
        effects.add(new Effect.Arm(timer, after, message));
    }

    public void disarm(String timer) {
        effects.add(new Effect.Disarm(timer));
    }

    /** What is sent after it waits until the entry is durable. */
    public void persist(Entry entry) {
        effects.add(new Effect.Persist(entry));
    }

    public void perform(Operation operation) {
        effects.add(new Effect.Perform(operation));
    }

    /** What was gathered since the last time. */
    public List<Effect> drain() {
        List<Effect> drained = effects;
        effects = new ArrayList<>();
        return drained;
    }
}
