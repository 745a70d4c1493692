package dev.capstan.mesos.master;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A key of 127.0.0.1 and the certificate for it, made by the JDK's own tool.
 *
 * @param certificate in PEM
 */
record TestKeys(Path store, Path certificate) {
    private static final String PASSWORD = "changeit";

    static TestKeys make(Path directory) throws IOException, InterruptedException {
        Path store = directory.resolve("keys.p12");
        Path certificate = directory.resolve("certificate.pem");
        keytool(
                List.of("-genkeypair", "-alias", "master", "-keyalg", "EC", "-dname", "CN=master"),
                List.of("-ext", "san=ip:127.0.0.1", "-storetype", "PKCS12", "-keystore", store.toString()));
        keytool(
                List.of("-exportcert", "-rfc", "-alias", "master", "-file", certificate.toString()),
                List.of("-keystore", store.toString()));
        return new TestKeys(store, certificate);
    }

    private static void keytool(List<String> arguments, List<String> more) throws IOException, InterruptedException {
        List<String> command = new java.util.ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(arguments);
        command.addAll(more);
        command.addAll(List.of("-storepass", PASSWORD));
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
    }

    SSLContext serverSide() throws IOException {
        try (InputStream file = Files.newInputStream(store)) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(file, PASSWORD.toCharArray());
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }
}
