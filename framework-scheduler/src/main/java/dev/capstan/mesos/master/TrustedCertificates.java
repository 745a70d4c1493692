package dev.capstan.mesos.master;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;

import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Who is believed to be who they say they are. */
public final class TrustedCertificates {
    private TrustedCertificates() {}

    /** Encrypted connections to whom this machine's JDK trusts. */
    public static SSLContext ofTheJdk() throws IOException {
        try {
            return SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IOException("this JDK has no TLS: " + e.getMessage(), e);
        }
    }

    /**
     * Encrypted connections to those whose certificates, or whose authorities, are in a file.
     *
     * @param pem of one or several certificates
     * @throws IOException when the file cannot be read, or holds none
     */
    public static SSLContext in(Path pem) throws IOException {
        try (InputStream file = Files.newInputStream(pem)) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(file);
            if (certificates.isEmpty()) {
                throw new IOException("there is no certificate in " + pem);
            }
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate each : certificates) {
                trusted.setCertificateEntry("trusted-" + number++, each);
            }
            var managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates in " + pem + " cannot be read: " + e.getMessage(), e);
        }
    }
}
