package dev.capstan.driver.scheduling;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Message;

/**
 * Places the tasks of stages on executors, and sees each partition through to one result.
 *
 * <p>It takes {@link SchedulingRequest}s from the DAG scheduler, {@link dev.capstan.driver.backend.BackendEvent}s from
 * the backend and {@link dev.capstan.engine.protocol.ExecutorReports} from executors; it tells the DAG scheduler {@link
 * SchedulingEvent}s, the backend {@link dev.capstan.driver.backend.BackendCommand}s and executors {@link
 * dev.capstan.engine.protocol.ExecutorOrders}.
 */
public interface TaskScheduler extends Actor<Message> {
    /** A picture of its state for screens, tests and invariants. */
    SchedulingView view();
}
