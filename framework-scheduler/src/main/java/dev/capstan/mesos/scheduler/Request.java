package dev.capstan.mesos.scheduler;

import org.jspecify.annotations.Nullable;

/** Something that somebody wants made of offers. */
public sealed interface Request permits TaskRequest, GroupRequest, OperationRequest {
    /** Whose resources it takes. */
    String role();

    /** How what it launches is to be reserved; null where it is not. */
    default @Nullable Reservation reservation() {
        return null;
    }
}
