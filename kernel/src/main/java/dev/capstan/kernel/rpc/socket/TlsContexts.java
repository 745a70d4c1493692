package dev.capstan.kernel.rpc.socket;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;

import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * TLS 1.3 without an authority: every process makes a certificate for itself when it starts, and who it belongs to is
 * proved by the application's secret, which the {@link Introduction} binds to the certificate of the connection.
 * Somebody in the middle would have to show another certificate, and could not prove anything of that.
 */
final class TlsContexts {
    private static final String VERSION = "TLSv1.3";

    private final SslContext ofDialling;
    private final SslContext ofDialled;
    private final byte[] fingerprint;

    private TlsContexts(SslContext ofDialling, SslContext ofDialled, byte[] fingerprint) {
        this.ofDialling = ofDialling;
        this.ofDialled = ofDialled;
        this.fingerprint = fingerprint;
    }

    static TlsContexts create() {
        try {
            OwnCertificate own = OwnCertificate.create();
            return new TlsContexts(
                    SslContextBuilder.forClient()
                            .sslProvider(SslProvider.JDK)
                            .protocols(VERSION)
                            .trustManager(new ProvedLater())
                            .build(),
                    SslContextBuilder.forServer(own.key(), own.certificate())
                            .sslProvider(SslProvider.JDK)
                            .protocols(VERSION)
                            .build(),
                    fingerprint(own.certificate()));
        } catch (SSLException | GeneralSecurityException e) {
            throw new IllegalStateException("this JDK cannot make a certificate for " + VERSION, e);
        }
    }

    static byte[] fingerprint(X509Certificate certificate) throws GeneralSecurityException {
        return MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
    }

    SslHandler ofDialling(ByteBufAllocator allocator) {
        return ofDialling.newHandler(allocator);
    }

    SslHandler ofDialled(ByteBufAllocator allocator) {
        return ofDialled.newHandler(allocator);
    }

    byte[] fingerprint() {
        return fingerprint.clone();
    }

    /** Lets every certificate pass, because the introduction that follows is only accepted for the one shown here. */
    private static final class ProvedLater extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
