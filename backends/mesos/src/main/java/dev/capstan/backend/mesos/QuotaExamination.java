package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.Finding;
import dev.capstan.mesos.master.MasterException;
import dev.capstan.mesos.operator.OperatorClient;
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
import java.util.function.Consumer;

/** Looks what limits a role, or one of those above it, leave for executors. */
final class QuotaExamination {
    private static final String SUBJECT = "quota";

    /** Masters refuse quotas of this role. */
    private static final String EVERYBODY = "*";

    private final OperatorClient client;
    private final MesosSettings settings;
    private final Consumer<Finding> findings;

    QuotaExamination(OperatorClient client, MesosSettings settings, Consumer<Finding> findings) {
        this.client = client;
        this.settings = settings;
        this.findings = findings;
    }

    void run() throws InterruptedException {
        if (settings.role().equals(EVERYBODY)) {
            findings.accept(Finding.ok(SUBJECT, "the role * has none"));
            return;
        }
        try {
            List<QuotaConfig> quotas = client.get(Call.Type.GET_QUOTA).getGetQuota().getStatus().getConfigsList();
            List<Role> roles = client.get(Call.Type.GET_ROLES).getGetRoles().getRolesList();
            look(quotas, roles);
        } catch (MasterException e) {
            findings.accept(
                    Finding.warning(
                            SUBJECT,
                            "the master does not tell of quotas: " + e.getMessage(),
                            "a role that has used up its quota gets no offers; its operators know"));
        } catch (IOException e) {
            findings.accept(Finding.warning(SUBJECT, "the answer of the master breaks off: " + e.getMessage(), ""));
        }
    }

    private void look(List<QuotaConfig> quotas, List<Role> roles) {
        List<String> limits = new ArrayList<>();
        List<String> exceeded = new ArrayList<>();
        for (QuotaConfig quota : quotas) {
            if (!isAbove(quota.getRole())) {
                continue;
            }
            for (Map.Entry<String, Value.Scalar> limit : new TreeMap<>(quota.getLimitsMap()).entrySet()) {
                String name = limit.getKey();
                long left =
                        Math.max(0, Thousandths.of(limit.getValue().getValue()) - used(quota.getRole(), name, roles));
                String text =
                        Thousandths.text(left)
                                + " of "
                                + Thousandths.text(Thousandths.of(limit.getValue().getValue()))
                                + " "
                                + name
                                + " are left to the role "
                                + quota.getRole();
                limits.add(text);
                if (left < settings.needs().milliScalars().getOrDefault(name, 0L)) {
                    exceeded.add(text);
                }
            }
        }
        if (!exceeded.isEmpty()) {
            findings.accept(
                    Finding.failure(
                            SUBJECT,
                            String.join("; ", exceeded) + ", and an executor needs " + settings.needs(),
                            "wait until others of the role end, ask for smaller executors ("
                                    + MesosKeys.CORES.name()
                                    + ", "
                                    + MesosKeys.MEMORY.name()
                                    + "), or come in another role ("
                                    + MesosKeys.ROLE.name()
                                    + ")"));
        } else {
            String text = limits.isEmpty() ? "the role " + settings.role() + " has none" : String.join("; ", limits);
            findings.accept(Finding.ok(SUBJECT, text));
        }
    }

    /** Limits hold for roles and all below them. */
    private boolean isAbove(String role) {
        return settings.role().equals(role) || settings.role().startsWith(role + "/");
    }

    private static long used(String limited, String resource, List<Role> roles) {
        return roles.stream()
                .filter(role -> role.getName().equals(limited) || role.getName().startsWith(limited + "/"))
                .mapToLong(role -> ResourceBag.of(role.getResourcesList()).milli(resource))
                .sum();
    }
}
