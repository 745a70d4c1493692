package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

/**
 * By what masters know a framework.
 *
 * @param framework as masters are told of it, with its roles and without its id
 * @param offerConstraints on agents, which masters are to check before they make an offer; those before Mesos 1.11 do
 *     not
 */
public record FrameworkDescription(FrameworkInfo framework, OfferConstraints offerConstraints) {
    public FrameworkDescription {
        if (framework.hasId()) {
            throw new IllegalArgumentException("the framework's id comes from its journal, not from its description");
        }
        if (framework.getRolesCount() == 0) {
            throw new IllegalArgumentException("a framework needs a role; '*' will do");
        }
    }

    boolean isIn(String role) {
        return framework.getRolesList().contains(role);
    }

    boolean has(FrameworkInfo.Capability.Type capability) {
        return framework.getCapabilitiesList().stream().anyMatch(each -> each.getType() == capability);
    }
}
