package dev.capstan.mesos.operator;

import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.resource.Thousandths;

import org.apache.mesos.v1.Protos.Role;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What quotas leave to a role: those of its own, and those of the roles above it. */
public final class RoleLimits {
    private RoleLimits() {}

    /**
     * One limit.
     *
     * @param role that has it
     * @param resource by name
     * @param leftMilli thousandths that nobody has
     * @param mostMilli thousandths that all in the role together may have
     */
    public record Limit(String role, String resource, long leftMilli, long mostMilli) {
        @Override
        public String toString() {
            return Thousandths.text(leftMilli)
                    + " of "
                    + Thousandths.text(mostMilli)
                    + " "
                    + resource
                    + " are left to the role "
                    + role;
        }
    }

    /**
     * Asks a master.
     *
     * @throws MasterException when it does not tell
     */
    public static List<Limit> of(String role, OperatorClient client) throws IOException, InterruptedException {
        return of(
                role,
                client.get(Call.Type.GET_QUOTA).getGetQuota().getStatus().getConfigsList(),
                client.get(Call.Type.GET_ROLES).getGetRoles().getRolesList());
    }

    static List<Limit> of(String role, List<QuotaConfig> quotas, List<Role> roles) {
        List<Limit> limits = new ArrayList<>();
        for (QuotaConfig quota : quotas) {
            if (isWithin(role, quota.getRole())) {
                for (Map.Entry<String, Value.Scalar> limit : new TreeMap<>(quota.getLimitsMap()).entrySet()) {
                    long most = Thousandths.of(limit.getValue().getValue());
                    long used = used(quota.getRole(), limit.getKey(), roles);
                    limits.add(new Limit(quota.getRole(), limit.getKey(), Math.max(0, most - used), most));
                }
            }
        }
        return limits;
    }

    private static boolean isWithin(String role, String other) {
        return role.equals(other) || role.startsWith(other + "/");
    }

    private static long used(String limited, String resource, List<Role> roles) {
        return roles.stream()
                .filter(role -> isWithin(role.getName(), limited))
                .mapToLong(role -> ResourceBag.ofReadable(role.getResourcesList()).milli(resource))
                .sum();
    }
}
