package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;

import java.util.function.Function;

/**
 * Who is told what becomes of a framework.
 *
 * @param address of the actor
 * @param form that an event takes for it
 */
public record FrameworkUser(Address address, Function<FrameworkEvent, Message> form) {
    Effect tell(FrameworkEvent event) {
        return new Effect.Send(address, form.apply(event));
    }
}
