package dev.capstan.engine.protocol;

import dev.capstan.engine.task.BarrierCall;
import dev.capstan.kernel.actor.Message;

import java.time.Duration;

/**
 * Executor to driver: a task has come to a barrier; answer with a {@link BarrierAnswer} when all are there.
 *
 * @param patience how long the tasks wait for each other
 */
public record BarrierRequest(BarrierCall call, Duration patience) implements Message {
    @Override
    public Object trace() {
        return call.toString();
    }
}
