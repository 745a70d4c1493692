package dev.capstan.mesos.master;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * How a process may speak to masters and agents.
 *
 * @param credential by which it is known; null where nobody asks
 * @param tls by which connections are encrypted; null for plain ones
 */
public record MasterAccess(@Nullable Credential credential, @Nullable SSLContext tls) {
    /** Plain connections of nobody in particular. */
    public static final MasterAccess OPEN = new MasterAccess(null, null);

    /**
     * A name and the secret that proves it.
     *
     * @param principal the name
     * @param secret that only this principal and the master know
     */
    public record Credential(String principal, String secret) {
        public Credential {
            if (principal.isEmpty() || principal.indexOf(':') >= 0) {
                throw new IllegalArgumentException("a principal must not be empty, nor have a colon in it");
            }
        }

        String header() {
            byte[] pair = (principal + ":" + secret).getBytes(StandardCharsets.UTF_8);
            return "Basic " + Base64.getEncoder().encodeToString(pair);
        }

        @Override
        public String toString() {
            return principal + " (secret not shown)";
        }
    }

    String scheme() {
        return tls == null ? "http" : "https";
    }

    Optional<String> authorization() {
        return Optional.ofNullable(credential).map(Credential::header);
    }
}
