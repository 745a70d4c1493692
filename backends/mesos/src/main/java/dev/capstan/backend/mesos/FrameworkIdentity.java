package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.kernel.config.ConfigException;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;

/**
 * As whom a program comes to masters.
 *
 * @param user whom its executors run as
 * @param principal who may be held to account for it; empty for nobody
 * @param failover for how long masters keep its executors without it
 * @param checkpoint whether executors outlive a restart of their agent
 * @param webui where people see more of it; empty for nowhere
 */
record FrameworkIdentity(
        String role, String user, String principal, Duration failover, boolean checkpoint, String webui) {
    private static final List<Capability.Type> CAPABILITIES =
            List.of(
                    Capability.Type.MULTI_ROLE,
                    Capability.Type.PARTITION_AWARE,
                    Capability.Type.TASK_KILLING_STATE,
                    Capability.Type.RESERVATION_REFINEMENT,
                    Capability.Type.REGION_AWARE);

    static FrameworkIdentity from(BackendEnvironment.Settings settings) {
        String user = MesosSettings.value(settings, MesosKeys.USER);
        return new FrameworkIdentity(
                MesosSettings.value(settings, MesosKeys.ROLE),
                user.isEmpty() ? System.getProperty("user.name") : user,
                MesosSettings.value(settings, MesosKeys.PRINCIPAL),
                MesosSettings.value(settings, MesosKeys.FAILOVER),
                MesosSettings.value(settings, MesosKeys.CHECKPOINT),
                webui(MesosSettings.value(settings, MesosKeys.WEBUI)));
    }

    private static String webui(String address) {
        if (!address.isEmpty() && !isPage(address)) {
            throw new ConfigException(
                    MesosKeys.WEBUI.name() + ": '" + address + "' is not the address of a page, like http://host:8080");
        }
        return address;
    }

    private static boolean isPage(String address) {
        try {
            var uri = new URI(address);
            return uri.getHost() != null && String.valueOf(uri.getScheme()).matches("https?");
        } catch (URISyntaxException e) {
            return false;
        }
    }

    /** What masters are told of every program. */
    FrameworkInfo.Builder describe(String application) {
        FrameworkInfo.Builder info =
                FrameworkInfo.newBuilder()
                        .setUser(user)
                        .setName(application)
                        .addRoles(role)
                        .setCheckpoint(checkpoint)
                        .setFailoverTimeout(failover.toMillis() / 1e3);
        if (!principal.isEmpty()) {
            info.setPrincipal(principal);
        }
        if (!webui.isEmpty()) {
            info.setWebuiUrl(webui);
        }
        for (Capability.Type each : CAPABILITIES) {
            info.addCapabilities(Capability.newBuilder().setType(each));
        }
        return info;
    }
}
