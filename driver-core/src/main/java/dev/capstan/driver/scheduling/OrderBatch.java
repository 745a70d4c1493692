package dev.capstan.driver.scheduling;

import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.task.TaskLaunch;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** The orders of one turn for one executor; launches of one stage and kills for one reason go together. */
final class OrderBatch {
    private final List<ExecutorOrder> orders = new ArrayList<>(4);
    private final List<TaskLaunch> launches = new ArrayList<>(4);
    private final List<TaskId> kills = new ArrayList<>(0);
    private @Nullable ActiveSet launched;
    private boolean interrupt;
    private String killReason = "";

    /** Whether reports were taken that have not been acknowledged. */
    boolean acknowledge;

    /** Whether the outbox has it among those to be sent. */
    boolean due;

    void add(ExecutorOrder order) {
        closeBatches();
        orders.add(order);
    }

    void launch(ActiveSet set, TaskLaunch launch) {
        if (launched != set || !kills.isEmpty()) {
            closeBatches();
            launched = set;
        }
        launches.add(launch);
    }

    void kill(TaskId task, boolean killInterrupt, String reason) {
        if (kills.isEmpty() || launched != null || killInterrupt != interrupt || !reason.equals(killReason)) {
            closeBatches();
            interrupt = killInterrupt;
            killReason = reason;
        }
        kills.add(task);
    }

    /** The orders, in the order they were given; the batch is empty afterwards. */
    List<ExecutorOrder> take(long takenSequence) {
        closeBatches();
        if (acknowledge) {
            acknowledge = false;
            orders.add(new ExecutorOrder.ReportsTaken(takenSequence));
        }
        List<ExecutorOrder> taken = List.copyOf(orders);
        orders.clear();
        return taken;
    }

    private void closeBatches() {
        if (launched != null) {
            orders.add(new ExecutorOrder.RunTasks(launched.stage, launches));
            launches.clear();
            launched = null;
        }
        if (!kills.isEmpty()) {
            orders.add(new ExecutorOrder.KillTasks(kills, interrupt, killReason));
            kills.clear();
        }
    }
}
