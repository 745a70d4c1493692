package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.TrustedCertificates;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How masters are spoken to.
 *
 * @param principal by whose credentials; empty for none
 * @param trust a file of certificates; empty for those that the JDK trusts
 * @param connect until no answer from any master is an error
 */
record MasterSettings(String principal, String secret, boolean tls, String trust, Duration connect) {
    static MasterSettings from(BackendEnvironment.Settings settings) {
        return new MasterSettings(
                MesosSettings.value(settings, MesosKeys.PRINCIPAL),
                MesosSettings.value(settings, MesosKeys.CREDENTIAL),
                MesosSettings.value(settings, MesosKeys.TLS),
                MesosSettings.value(settings, MesosKeys.TRUST),
                MesosSettings.value(settings, MesosKeys.CONNECT));
    }

    /**
     * @throws IOException when the certificates to trust cannot be read
     */
    MasterAccess access() throws IOException {
        return new MasterAccess(
                principal.isEmpty() ? null : new MasterAccess.Credential(principal, secret),
                !tls
                        ? null
                        : trust.isEmpty() ? TrustedCertificates.ofTheJdk() : TrustedCertificates.in(Path.of(trust)));
    }

    /** The secret is for masters only, and not for logs. */
    @Override
    public String toString() {
        return "masters, spoken to "
                + (tls ? "by TLS" : "in the open")
                + (principal.isEmpty() ? "" : " as " + principal);
    }
}
