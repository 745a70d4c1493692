package dev.capstan.driver.scheduling;

import dev.capstan.engine.protocol.ExecutorOrder;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/** The orders of one executor that are said again until it has taken them. */
final class LastingOrders {
    /** A heartbeat that was on its way when the order left cannot know of it; the next one does, unless it was lost. */
    private static final int BEATS_UNTIL_LOST = 2;

    private final ArrayDeque<Said> untaken = new ArrayDeque<>(0);
    private long last;

    private record Said(ExecutorOrder.Lasting order, long beat) {}

    /** Gives the order its number, after so many heartbeats. */
    ExecutorOrder.Lasting say(ExecutorOrder order, long beat) {
        var lasting = new ExecutorOrder.Lasting(++last, order);
        untaken.addLast(new Said(lasting, beat));
        return lasting;
    }

    /** All up to this one have been taken. */
    void taken(long number) {
        while (!untaken.isEmpty() && untaken.getFirst().order().number() <= number) {
            untaken.removeFirst();
        }
    }

    /**
     * What is to be said again at this heartbeat: all, if the first was lost, since the executor takes them in order.
     */
    List<ExecutorOrder> lost(long beat) {
        if (untaken.isEmpty() || beat - untaken.getFirst().beat() < BEATS_UNTIL_LOST) {
            return List.of();
        }
        List<ExecutorOrder> again = new ArrayList<>(untaken.size());
        for (int left = untaken.size(); left > 0; left--) {
            Said said = untaken.removeFirst();
            untaken.addLast(new Said(said.order(), beat));
            again.add(said.order());
        }
        return again;
    }
}
