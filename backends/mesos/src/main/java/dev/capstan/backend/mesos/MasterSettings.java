package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.TrustedCertificates;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;

import javax.net.ssl.SSLContext;

/**
 * How masters are spoken to.
 *
 * @param principal by whose credentials; empty for none
 * @param tls whom to trust, who encrypts; null for masters that are spoken to in the open
 * @param connect until no answer from any master is an error
 */
record MasterSettings(String principal, String secret, @Nullable SSLContext tls, Duration connect) {
    static MasterSettings from(BackendEnvironment.Settings settings) {
        String principal = MesosSettings.value(settings, MesosKeys.PRINCIPAL);
        String secret = MesosSettings.value(settings, MesosKeys.CREDENTIAL);
        if (principal.indexOf(':') >= 0) { // where credentials end the name and begin the secret
            throw new ConfigException(
                    MesosKeys.PRINCIPAL.name() + ": '" + principal + "' has a colon, which no principal may have");
        }
        if (principal.isEmpty() && !secret.isEmpty()) {
            throw new ConfigException(
                    MesosKeys.CREDENTIAL.name() + " is given without " + MesosKeys.PRINCIPAL.name() + ", whose it is");
        }
        return new MasterSettings(
                principal,
                secret,
                encryption(
                        MesosSettings.value(settings, MesosKeys.TLS), MesosSettings.value(settings, MesosKeys.TRUST)),
                MesosSettings.value(settings, MesosKeys.CONNECT));
    }

    private static @Nullable SSLContext encryption(boolean wanted, String trusted) {
        if (!wanted && !trusted.isEmpty()) {
            throw new ConfigException(
                    MesosKeys.TRUST.name()
                            + " is given, but "
                            + MesosKeys.TLS.name()
                            + " is false, and nobody is asked");
        }
        try {
            return !wanted
                    ? null
                    : trusted.isEmpty() ? TrustedCertificates.ofTheJdk() : TrustedCertificates.in(Path.of(trusted));
        } catch (NoSuchFileException e) {
            throw new ConfigException(MesosKeys.TRUST.name() + ": there is no file " + e.getFile());
        } catch (IOException | InvalidPathException e) {
            throw new ConfigException(MesosKeys.TRUST.name() + ": " + e.getMessage());
        }
    }

    MasterAccess access() {
        return new MasterAccess(principal.isEmpty() ? null : new MasterAccess.Credential(principal, secret), tls);
    }

    /** The secret is for masters only, and not for logs. */
    @Override
    public String toString() {
        return "masters, spoken to "
                + (tls != null ? "by TLS" : "in the open")
                + (principal.isEmpty() ? "" : " as " + principal);
    }
}
