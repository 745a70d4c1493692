package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * The part of a {@link FrameworkScheduler} that knows which tasks were launched and not heard of, and since when.
 *
 * <p>It is not durable: a new connection asks about all tasks anyway.
 */
final class Unheard {
    private static final String CHECK = "check-launches";

    private final Duration patience;
    private final SequencedMap<String, Long> sinceNanos = new LinkedHashMap<>();

    Unheard(FrameworkConfig.Timing.Tasks timing) {
        this.patience = timing.launchPatience();
    }

    List<Effect> onLaunched(List<String> taskIds, long nowNanos) {
        boolean isWatching = !sinceNanos.isEmpty();
        taskIds.forEach(id -> sinceNanos.put(id, nowNanos));
        return isWatching ? List.of() : watch();
    }

    /** Something was heard of it, or it is over. */
    void onHeard(String taskId) {
        sinceNanos.remove(taskId);
    }

    /** Those that are to be asked for; they are no longer waited for here. */
    List<MesosTask> takeOverdue(Book book, long nowNanos) {
        List<MesosTask> overdue = new ArrayList<>();
        sinceNanos.forEach((id, since) -> {
            MesosTask task = book.task(id);
            if (task != null && nowNanos - since >= patience.toNanos()) {
                overdue.add(task);
            }
        });
        overdue.forEach(task -> sinceNanos.remove(task.id()));
        return overdue;
    }

    /** Looks again later, if there is something to look for. */
    List<Effect> watch() {
        return sinceNanos.isEmpty()
                ? List.of()
                : List.of(new Effect.Arm(CHECK, patience, new FrameworkMessage.CheckLaunches()));
    }
}
