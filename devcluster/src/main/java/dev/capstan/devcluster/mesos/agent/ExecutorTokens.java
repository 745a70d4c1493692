package dev.capstan.devcluster.mesos.agent;

import dev.capstan.mesos.wire.Json;

import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.executor.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Says who an executor is: JSON web tokens (RFC 7519) with HS256 as their signature, which name the framework, the
 * executor and the container.
 *
 * @param secret empty if nobody needs a token
 */
public record ExecutorTokens(String secret) {
    private static final String ALGORITHM = "HmacSHA256";
    private static final String HEADER = "{\"alg\":\"HS256\",\"typ\":\"JWT\"}";
    private static final int PARTS = 3;

    /** A token that is not one of ours, and why, in the words of an agent. */
    public static final class InvalidTokenException extends Exception {
        private static final long serialVersionUID = 1;

        InvalidTokenException(String why) {
            super("Invalid JWT: " + why);
        }
    }

    public boolean areNeeded() {
        return !secret.isEmpty();
    }

    String of(FrameworkID framework, ExecutorID executor, ContainerID container) {
        String claims =
                "{\"cid\":\""
                        + container.getValue()
                        + "\",\"eid\":\""
                        + executor.getValue()
                        + "\",\"fid\":\""
                        + framework.getValue()
                        + "\"}";
        String signed =
                encoded(HEADER.getBytes(StandardCharsets.UTF_8))
                        + "."
                        + encoded(claims.getBytes(StandardCharsets.UTF_8));
        return signed + "." + encoded(signature(signed));
    }

    /**
     * Whether a token is that of the executor that a call names.
     *
     * @throws InvalidTokenException when it is nobody's
     */
    public boolean isOfCaller(String token, Call call) throws InvalidTokenException {
        Map<String, @Nullable Object> claims = claims(token);
        return Json.text(claims, "fid").equals(call.getFrameworkId().getValue())
                && Json.text(claims, "eid").equals(call.getExecutorId().getValue());
    }

    private Map<String, @Nullable Object> claims(String token) throws InvalidTokenException {
        String[] parts = token.split("\\.", -1);
        if (parts.length != PARTS) {
            throw new InvalidTokenException("Expected 3 components in token, got " + parts.length);
        }
        String algorithm = Json.text(parsed("header", parts[0]), "alg");
        if (!algorithm.equals("HS256")) {
            throw new InvalidTokenException("Unsupported token algorithm: " + algorithm);
        }
        Map<String, @Nullable Object> claims = parsed("payload", parts[1]);
        if (!MessageDigest.isEqual(
                encoded(signature(parts[0] + "." + parts[1])).getBytes(StandardCharsets.US_ASCII),
                parts[2].getBytes(StandardCharsets.UTF_8))) {
            throw new InvalidTokenException("Token signature does not match");
        }
        return claims;
    }

    private static Map<String, @Nullable Object> parsed(String what, String part) throws InvalidTokenException {
        String failed = "Failed to decode token " + what + ": ";
        byte[] decoded;
        try {
            decoded = Base64.getUrlDecoder().decode(part);
        } catch (IllegalArgumentException e) {
            throw invalid(failed + "Failed to base64url decode", e);
        }
        String text = new String(decoded, StandardCharsets.UTF_8);
        try {
            return Json.parseObject(text);
        } catch (IllegalArgumentException e) {
            // goes into a header, where only what can be printed may stand
            throw invalid(
                    failed
                            + "Failed to parse into JSON: syntax error at line 1 near: "
                            + text.replaceAll("[^ -~]", "?").replace('"', '\''),
                    e);
        }
    }

    private static InvalidTokenException invalid(String why, Exception cause) {
        var invalid = new InvalidTokenException(why);
        invalid.initCause(cause);
        return invalid;
    }

    private byte[] signature(String signed) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            return mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + ALGORITHM, e);
        }
    }

    private static String encoded(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
