package dev.capstan.driver.dag;

import dev.capstan.driver.scheduling.SchedulingRequest;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What the DAG scheduler wants done, in order, until the shell takes it. */
final class DagOutbox {
    private final Address taskScheduler;
    private final Address desk;
    private final TreeSet<String> armed = new TreeSet<>();
    private List<Effect> effects = new ArrayList<>();

    DagOutbox(Address taskScheduler, Address desk) {
        this.taskScheduler = taskScheduler;
        this.desk = desk;
    }

    void tellTasks(SchedulingRequest request) {
        effects.add(new Effect.Send(taskScheduler, request));
    }

    void tellExecutors(ExecutorOrder order) {
        tellTasks(new SchedulingRequest.TellExecutors(order));
    }

    void tellExecutor(ExecutorId executor, ExecutorOrder order) {
        tellTasks(new SchedulingRequest.TellExecutor(executor, order));
    }

    void answer(Address door, HoldersFound found) {
        effects.add(new Effect.Send(door, found));
    }

    void tellDesk(JobEvent event) {
        effects.add(new Effect.Send(desk, event));
    }

    /** A stored result is not needed any more. */
    void forget(BlockId block) {
        tellExecutors(new ExecutorOrder.ForgetBlock(block));
    }

    void fetch(DagOperation.FetchResult fetch) {
        effects.add(new Effect.Perform(fetch));
    }

    /** Arms the timer unless it is armed already: the first reason sets the deadline. */
    void armOnce(String timer, Duration after, DagMessage message) {
        if (armed.add(timer)) {
            effects.add(new Effect.Arm(timer, after, message));
        }
    }

    /** The timer has fired. */
    void fired(String timer) {
        armed.remove(timer);
    }

    List<Effect> take() {
        if (effects.isEmpty()) {
            return List.of();
        }
        List<Effect> taken = effects;
        effects = new ArrayList<>();
        return taken;
    }
}
