package dev.capstan.driver.scheduling;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the scheduler's parts want done this turn. Told once at its end: one message per executor, ends of tasks that
 * follow each other in one message, everything else in the order it was given.
 */
final class Outbox {
    private final Address dag;
    private final Address backend;
    private final Epoch epoch;
    private final List<Effect> effects = new ArrayList<>();
    private final List<SchedulingEvent.EndedTask> ended = new ArrayList<>();
    private final List<ExecutorEntry> ordered = new ArrayList<>();

    Outbox(Address dag, Address backend, Epoch epoch) {
        this.dag = dag;
        this.backend = backend;
        this.epoch = epoch;
    }

    void tellDag(SchedulingEvent event) {
        closeEnded();
        effects.add(new Effect.Send(dag, event));
    }

    void tellDagEnded(SchedulingEvent.EndedTask task) {
        ended.add(task);
    }

    void tellBackend(BackendCommand command) {
        effects.add(new Effect.Send(backend, command));
    }

    void tell(Address served, BarrierMessage.Answered answer) {
        effects.add(new Effect.Send(served, answer));
    }

    void order(ExecutorEntry executor, ExecutorOrder order) {
        executor.orders.add(order);
        due(executor);
    }

    /** An order that nothing else would bring to light if it were lost: it is said again until it was taken. */
    void orderForSure(ExecutorEntry executor, ExecutorOrder order) {
        order(executor, executor.lasting.say(order, executor.beats));
    }

    void launch(ExecutorEntry executor, ActiveSet set, TaskLaunch launch) {
        executor.orders.launch(set, launch);
        due(executor);
    }

    void kill(Attempt attempt, boolean interrupt, String reason) {
        attempt.killed = true;
        kill(attempt.executor, attempt.id, interrupt, reason);
    }

    void kill(ExecutorEntry executor, TaskId task, boolean interrupt, String reason) {
        executor.orders.kill(task, interrupt, reason);
        due(executor);
    }

    /** An answer to an executor that is not, or no longer, one of ours. */
    void answer(Address stranger, ExecutorId name, ExecutorOrder order) {
        effects.add(new Effect.Send(stranger, new ExecutorOrders(epoch, name, List.of(order))));
    }

    void arm(String timer, Duration after, SchedulerTimer message) {
        effects.add(new Effect.Arm(timer, after, message));
    }

    void arm(String timer, long afterNanos, SchedulerTimer message) {
        arm(timer, Duration.ofNanos(Math.max(0, afterNanos)), message);
    }

    void disarm(String timer) {
        effects.add(new Effect.Disarm(timer));
    }

    /** Sends what the executor was ordered so far; for one that is about to be forgotten. */
    void sendNow(ExecutorEntry executor) {
        Address to = executor.replyTo;
        List<ExecutorOrder> orders = executor.orders.take(executor.takenSequence);
        if (to != null && !orders.isEmpty()) {
            effects.add(new Effect.Send(to, new ExecutorOrders(epoch, executor.id, orders)));
        }
    }

    /** The executor is gone: what it was ordered this turn reaches nobody. */
    void drop(ExecutorEntry executor) {
        executor.orders.take(0);
    }

    /** Everything since the last time. */
    List<Effect> take() {
        closeEnded();
        for (int i = 0; i < ordered.size(); i++) {
            ExecutorEntry executor = ordered.get(i);
            executor.orders.due = false;
            sendNow(executor);
        }
        ordered.clear();
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> taken = List.copyOf(effects);
        effects.clear();
        return taken;
    }

    /** The executor gets a message this turn. */
    void due(ExecutorEntry executor) {
        if (!executor.orders.due) {
            executor.orders.due = true;
            ordered.add(executor);
        }
    }

    private void closeEnded() {
        if (!ended.isEmpty()) {
            effects.add(new Effect.Send(dag, new SchedulingEvent.TasksEnded(ended)));
            ended.clear();
        }
    }
}
