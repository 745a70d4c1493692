package dev.capstan.devcluster.mesos.site;

import dev.capstan.devcluster.mesos.http.HttpAnswer;
import dev.capstan.devcluster.mesos.http.HttpRequest;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;

/**
 * Who may ask.
 *
 * @param secrets by principal; empty if everybody may
 */
public record Credentials(Map<String, String> secrets) {
    private static final String SCHEME = "Basic ";

    public Credentials {
        secrets = Map.copyOf(secrets);
    }

    boolean areNeeded() {
        return !secrets.isEmpty();
    }

    /** Who has sent a request; null if nobody that we know. */
    @Nullable String principal(HttpRequest request) {
        String header = request.header("authorization").orElse("");
        if (!header.startsWith(SCHEME)) {
            return null;
        }
        String[] parts;
        try {
            byte[] decoded = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
            parts = new String(decoded, StandardCharsets.UTF_8).split(":", 2);
        } catch (IllegalArgumentException e) {
            return refused(e);
        }
        String secret = parts.length == 2 ? secrets.get(parts[0]) : null;
        boolean fits =
                secret != null
                        && MessageDigest.isEqual(
                                secret.getBytes(StandardCharsets.UTF_8), parts[1].getBytes(StandardCharsets.UTF_8));
        return fits ? parts[0] : null;
    }

    /** What is said to those whom we do not know; null if they may ask. */
    @Nullable HttpAnswer refusal(HttpRequest request, String realm) {
        return !areNeeded() || principal(request) != null
                ? null
                : HttpAnswer.text(401, "401 Unauthorized.").with("WWW-Authenticate", "Basic realm=\"" + realm + "\"");
    }

    private static @Nullable String refused(IllegalArgumentException why) {
        System.getLogger(Credentials.class.getName())
                .log(System.Logger.Level.DEBUG, "credentials that cannot be read", why);
        return null;
    }
}
