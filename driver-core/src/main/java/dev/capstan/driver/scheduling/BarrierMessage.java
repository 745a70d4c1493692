package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.BarrierAnswer;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;

/** Between the task scheduler and whoever serves the requests of executors. */
public sealed interface BarrierMessage extends Message {
    /**
     * To the scheduler: a task has come to a barrier.
     *
     * @param ticket under which it is answered, once
     * @param replyTo where the answer goes
     */
    record Arrived(long ticket, Address replyTo, BarrierRequest request) implements BarrierMessage {
        TaskId task() {
            return request.call().task();
        }

        @Override
        public Object trace() {
            return "Arrived[" + ticket + ", " + request.trace() + "]";
        }
    }

    /** From the scheduler: what the task of this ticket is to be told. */
    record Answered(long ticket, BarrierAnswer answer) implements BarrierMessage {
        @Override
        public Object trace() {
            return toString();
        }
    }
}
