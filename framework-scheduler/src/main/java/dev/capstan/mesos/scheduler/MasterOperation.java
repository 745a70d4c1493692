package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Operation;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.scheduler.Protos.Call;

/** What a {@link FrameworkScheduler} wants done with the master. */
public sealed interface MasterOperation extends Operation {
    /**
     * Find the leading master and subscribe. Answered by {@link FrameworkMessage.EventArrived}s, the first of them
     * SUBSCRIBED, and at last, whatever happens, by one {@link FrameworkMessage.ConnectionEnded}.
     */
    record Connect(long connection, Call subscribe) implements MasterOperation {
        @Override
        public Object trace() {
            return "connect as " + connection;
        }
    }

    /** Make a call. Calls reach the master in their order, acknowledgements excepted. */
    record Say(long connection, Call call) implements MasterOperation {
        @Override
        public Object trace() {
            return "call " + call.getType() + " on connection " + connection;
        }
    }

    /**
     * Look, as an operator does, why not enough is offered. Answered by {@link FrameworkMessage.LookedAround}, or by
     * nothing when the master does not tell.
     *
     * @param role in which something waits
     * @param needs of what waits
     */
    record LookAround(String role, Needs needs) implements MasterOperation {}

    /** Close the connection, after what was said before. Answered by nothing. */
    record HangUp(long connection) implements MasterOperation {}
}
