package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.OperationStatus;
import org.apache.mesos.v1.Protos.Resource;

import java.util.List;

/**
 * How a change of resources ended.
 *
 * @param state it ended in; one of those that Mesos never leaves, or one that we take as an end. UNKNOWN and
 *     GONE_BY_OPERATOR leave open whether the change was made: the next offer of the agent shows it
 * @param detail for people
 * @param converted what became of the resources, where their provider decided about that
 */
public record OperationEnd(OperationState state, String detail, List<Resource> converted) {
    public OperationEnd {
        converted = List.copyOf(converted);
    }

    /** Whether the change was made. */
    public boolean isDone() {
        return state == OperationState.OPERATION_FINISHED;
    }

    /** Reads the status that ends an operation. */
    static OperationEnd of(OperationStatus status) {
        String name = status.getState().name().replaceFirst("^OPERATION_", "");
        return new OperationEnd(
                status.getState(),
                status.getMessage().isEmpty() ? name : name + ": " + status.getMessage(),
                status.getConvertedResourcesList());
    }

    /** Whether we take a state as the end. */
    static boolean isEnd(OperationState state) {
        return switch (state) {
            case OPERATION_FINISHED,
                    OPERATION_FAILED,
                    OPERATION_ERROR,
                    OPERATION_DROPPED,
                    OPERATION_GONE_BY_OPERATOR,
                    OPERATION_UNKNOWN ->
                    true;
            case OPERATION_UNSUPPORTED, OPERATION_PENDING, OPERATION_UNREACHABLE, OPERATION_RECOVERING -> false;
        };
    }
}
