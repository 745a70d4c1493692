package dev.capstan.devcluster.mesos.master;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;

import java.util.List;

/** What a framework understands, and which roles it has. */
final class Capabilities {
    private Capabilities() {}

    static boolean has(FrameworkInfo framework, Capability.Type type) {
        return framework.getCapabilitiesList().stream().anyMatch(each -> each.getType() == type);
    }

    static boolean isPartitionAware(FrameworkInfo framework) {
        return has(framework, Capability.Type.PARTITION_AWARE);
    }

    static boolean isMultiRole(FrameworkInfo framework) {
        return has(framework, Capability.Type.MULTI_ROLE);
    }

    /** The roles in the order given; one, that of everybody, for an old framework that names none. */
    @SuppressWarnings("deprecation") // the one role of old frameworks
    static List<String> roles(FrameworkInfo framework) {
        return isMultiRole(framework) ? framework.getRolesList() : List.of(framework.getRole());
    }
}
