package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.Finding;
import dev.capstan.mesos.master.MasterException;
import dev.capstan.mesos.operator.OperatorClient;
import dev.capstan.mesos.operator.RoleLimits;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

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
            look(RoleLimits.of(settings.role(), client));
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

    private void look(List<RoleLimits.Limit> limits) {
        String exceeded =
                limits.stream()
                        .filter(limit ->
                                limit.leftMilli() < settings.needs().milliScalars().getOrDefault(limit.resource(), 0L))
                        .map(RoleLimits.Limit::toString)
                        .collect(Collectors.joining("; "));
        if (!exceeded.isEmpty()) {
            findings.accept(
                    Finding.failure(
                            SUBJECT,
                            exceeded + ", and an executor needs " + settings.needs(),
                            "wait until others of the role end, ask for smaller executors ("
                                    + MesosKeys.CORES.name()
                                    + ", "
                                    + MesosKeys.MEMORY.name()
                                    + "), or come in another role ("
                                    + MesosKeys.ROLE.name()
                                    + ")"));
        } else {
            String text =
                    limits.isEmpty()
                            ? "the role " + settings.role() + " has none"
                            : limits.stream().map(RoleLimits.Limit::toString).collect(Collectors.joining("; "));
            findings.accept(Finding.ok(SUBJECT, text));
        }
    }
}
