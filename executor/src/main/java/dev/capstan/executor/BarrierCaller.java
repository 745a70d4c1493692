package dev.capstan.executor;

import dev.capstan.engine.protocol.BarrierAnswer;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.engine.task.BarrierCall;
import dev.capstan.engine.task.BarrierException;
import dev.capstan.engine.task.BarrierGate;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.RpcException;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.List;

/**
 * Asks the driver to let a task pass a barrier, on the task's thread. A call that is lost together with the way to the
 * driver is made again: the driver knows it by its number.
 *
 * @param node of this executor
 * @param driver its node's name
 * @param patience how long tasks wait for each other
 * @param pause before a call is made again
 */
record BarrierCaller(Node node, String driver, Duration patience, Duration pause) implements BarrierGate {
    private static final int TRIES = 5;

    /** The driver ends the wait, and says why; this is for a driver that does not. */
    private static final Duration SLACK = Duration.ofSeconds(30);

    @Override
    public List<byte[]> pass(BarrierCall call) {
        return switch (answer(call)) {
            case BarrierAnswer.Gathered(List<byte[]> messages) -> messages;
            case BarrierAnswer.Refused(String reason) -> throw new BarrierException(reason);
        };
    }

    private BarrierAnswer answer(BarrierCall call) {
        var request = new BarrierRequest(call, patience);
        for (int tried = 1; ; tried++) {
            try {
                return BarrierAnswer.fromBytes(node.request(driver, request, patience.plus(SLACK)));
            } catch (InterruptedIOException e) {
                throw new BarrierException(call.stage() + ": interrupted in " + call.label(), e);
            } catch (IOException e) {
                if (tried == TRIES || !isLost(e)) {
                    throw new BarrierException(call.stage() + ": " + call.label() + " failed: " + e.getMessage(), e);
                }
                pause(call);
            }
        }
    }

    private static boolean isLost(IOException failure) {
        return failure instanceof RpcException rpc && rpc.kind() == RpcException.Kind.UNREACHABLE;
    }

    private void pause(BarrierCall call) {
        try {
            Thread.sleep(pause);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BarrierException(call.stage() + ": interrupted in " + call.label(), e);
        }
    }
}
