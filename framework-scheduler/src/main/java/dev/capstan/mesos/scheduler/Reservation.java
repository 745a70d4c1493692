package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Resource.ReservationInfo;

/**
 * What a task or a group takes is reserved for its role in the very ACCEPT that launches it, so that nobody else gets
 * it in between, nor afterwards. It stays reserved when the tasks are over, until it is given back by {@link
 * ResourceChange.Unreserve}.
 *
 * <p>The framework must have the capability RESERVATION_REFINEMENT. The reservation is an operation, whose end is told
 * as that of any other; where masters refuse it, the tasks are told to be in error as well, since what they need is not
 * there.
 *
 * @param operationId by which its end is told; never used for another one
 * @param principal who reserves; empty where nobody asks
 * @param labels by which the reservation is known
 */
public record Reservation(String operationId, String principal, Labels labels) {
    public Reservation {
        Names.require("operation", operationId);
    }

    /** As resources that are reserved so have it. */
    static ReservationInfo info(String role, String principal, Labels labels) {
        var reservation = ReservationInfo.newBuilder().setType(ReservationInfo.Type.DYNAMIC).setRole(role);
        if (!principal.isEmpty()) {
            reservation.setPrincipal(principal);
        }
        if (labels.getLabelsCount() > 0) {
            reservation.setLabels(labels);
        }
        return reservation.build();
    }

    ReservationInfo info(String role) {
        return info(role, principal, labels);
    }
}
