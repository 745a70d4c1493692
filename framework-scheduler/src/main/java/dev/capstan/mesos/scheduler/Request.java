package dev.capstan.mesos.scheduler;

/** Something that somebody wants made of offers. */
public sealed interface Request permits TaskRequest, GroupRequest, OperationRequest {
    /** Whose resources it takes. */
    String role();
}
