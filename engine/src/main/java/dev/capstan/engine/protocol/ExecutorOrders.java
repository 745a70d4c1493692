package dev.capstan.engine.protocol;

import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.actor.Message;

import java.util.List;

/**
 * Driver to executor: everything of one turn in one message.
 *
 * @param epoch of the driver; an executor refuses orders of a lower one than it has heard of
 * @param executor the life they are meant for
 */
public record ExecutorOrders(Epoch epoch, ExecutorId executor, List<ExecutorOrder> orders) implements Message {
    public ExecutorOrders {
        orders = List.copyOf(orders);
    }

    @Override
    public Object trace() {
        long bytes = 0;
        for (ExecutorOrder order : orders) {
            bytes += order.payloadBytes();
        }
        return bytes <= MOST_TRACED_BYTES
                ? this
                : "ExecutorOrders[" + executor + ", " + orders.size() + " orders, " + bytes + " bytes]";
    }
}
