package dev.capstan.mesos.scheduler;

/**
 * A change of resources that somebody wants made. The framework must have the capability RESERVATION_REFINEMENT, whose
 * form of resources this is.
 *
 * @param id of the operation, by which its end is told; never used for another one
 * @param role whose resources are changed
 * @param change what is to become of them
 */
public record OperationRequest(String id, String role, ResourceChange change) implements Request {
    public OperationRequest {
        Names.require("operation", id);
    }
}
