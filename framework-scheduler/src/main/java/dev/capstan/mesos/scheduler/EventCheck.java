package dev.capstan.mesos.scheduler;

import com.google.protobuf.MessageLite;

import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Event;

/**
 * Which events can be used though something is missing in them. A value that is newer than we are is missing to us,
 * also where Mesos says that there must be one. An update must be acknowledged nevertheless, or its agent holds back
 * all that follow; an offer must be given back.
 */
final class EventCheck {
    private EventCheck() {}

    static boolean canBeUsed(Event event) {
        return switch (event.getType()) {
            case OFFERS -> event.getOffers().getOffersList().stream().allMatch(offer -> isThere(offer.getId()));
            case UPDATE ->
                    isThere(event.getUpdate().getStatus().toBuilder().setState(TaskState.TASK_STAGING).buildPartial());
            case UPDATE_OPERATION_STATUS ->
                    isThere(
                            event.getUpdateOperationStatus().getStatus().toBuilder()
                                    .setState(OperationState.OPERATION_PENDING)
                                    .clearConvertedResources()
                                    .buildPartial());
            case SUBSCRIBED,
                    ERROR,
                    RESCIND,
                    INVERSE_OFFERS,
                    RESCIND_INVERSE_OFFER,
                    MESSAGE,
                    FAILURE,
                    HEARTBEAT,
                    UNKNOWN ->
                    event.isInitialized();
        };
    }

    private static boolean isThere(MessageLite part) {
        return part.isInitialized();
    }

    /** In words. */
    static String missing(Event event) {
        return event.getType() + " without " + String.join(", ", event.findInitializationErrors());
    }
}
