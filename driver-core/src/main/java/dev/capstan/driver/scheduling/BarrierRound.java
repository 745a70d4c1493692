package dev.capstan.driver.scheduling;

import dev.capstan.engine.protocol.BarrierAnswer;
import dev.capstan.engine.task.BarrierCall;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/** How far the tasks of a barrier set are with their calls, since they were launched together. */
final class BarrierRound {
    /** By the index of the task: the call with which it waits. */
    final @Nullable BarrierCall[] calls;

    final List<BarrierMessage.Arrived> waiting = new ArrayList<>();

    /** Which of their calls the tasks come to. */
    int number;

    int came;
    long bytes;

    /** What the call before was answered, for tasks that did not get it. */
    @Nullable BarrierAnswer previous;

    /** Why the tasks will not meet any more. */
    @Nullable String failed;

    BarrierRound(int tasks) {
        calls = new @Nullable BarrierCall[tasks];
    }

    /** The index of some task that waits, or -1. */
    int firstWaiting() {
        for (int index = 0; index < calls.length; index++) {
            if (calls[index] != null) {
                return index;
            }
        }
        return -1;
    }

    void add(int index, BarrierCall call) {
        calls[index] = call;
        came++;
        bytes += call.message().length;
    }

    /** All came: what each of them is told. The next call begins. */
    BarrierAnswer close() {
        List<byte[]> messages = new ArrayList<>(calls.length);
        for (int index = 0; index < calls.length; index++) {
            BarrierCall call = calls[index];
            if (call == null) {
                throw new IllegalStateException("task " + index + " has not come to call " + number);
            }
            messages.add(call.message());
            calls[index] = null;
        }
        number++;
        came = 0;
        bytes = 0;
        previous = new BarrierAnswer.Gathered(messages);
        return previous;
    }
}
