package dev.capstan.engine.protocol;

import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;

import java.util.List;

/**
 * Executor to driver: everything of one turn in one message. The executor keeps it and sends it again until {@link
 * ExecutorOrder.ReportsTaken} covers its sequence.
 *
 * @param epoch the highest driver epoch that the executor has heard of
 * @param executor who reports
 * @param replyTo where its orders go
 * @param sequence from 1, rising by one; 0 for what need not arrive, such as heartbeats
 * @param ordersTaken all {@link ExecutorOrder.Lasting} orders up to this number have been taken
 */
public record ExecutorReports(
        Epoch epoch,
        ExecutorId executor,
        Address replyTo,
        long sequence,
        long ordersTaken,
        List<ExecutorReport> reports)
        implements Message {
    public ExecutorReports {
        reports = List.copyOf(reports);
    }

    @Override
    public Object trace() {
        long bytes = 0;
        for (ExecutorReport report : reports) {
            bytes += report.payloadBytes();
        }
        return bytes <= MOST_TRACED_BYTES
                ? this
                : "ExecutorReports["
                        + executor
                        + ", sequence "
                        + sequence
                        + ", "
                        + reports.size()
                        + " reports, "
                        + bytes
                        + " bytes]";
    }

    /** What need not arrive is replaced by what is newer. */
    @Override
    public Delivery delivery() {
        return sequence == 0 ? Delivery.LATEST : Delivery.EVERY;
    }

    @Override
    public Object latestKey() {
        return executor;
    }
}
