package dev.capstan.kernel.rpc.socket;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HexFormat;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What all processes of one application know and nobody else; each proves it to the other without telling it. */
public final class Secret {
    private static final String ALGORITHM = "HmacSHA256";
    static final int PROOF_BYTES = 32;

    private final byte[] bytes;

    private Secret(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @throws IllegalArgumentException when it is so short that it could be guessed
     */
    public static Secret of(String text) {
        if (text.length() < 16) {
            throw new IllegalArgumentException(
                    "a secret of " + text.length() + " characters can be guessed; use 16 or more");
        }
        return new Secret(text.getBytes(StandardCharsets.UTF_8));
    }

    /** One that has never been before. */
    public static Secret random() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return of(HexFormat.of().formatHex(random));
    }

    /** As text, for the environment of a process that is to know it; never for a log or a command line. */
    public String reveal() {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** What only somebody who knows the secret can say of these parts; each is framed by its length. */
    byte[] proof(byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(bytes, ALGORITHM));
            for (byte[] part : parts) {
                mac.update((byte) (part.length >>> 24));
                mac.update((byte) (part.length >>> 16));
                mac.update((byte) (part.length >>> 8));
                mac.update((byte) part.length);
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }

    @Override
    public String toString() {
        return "Secret[not shown]";
    }
}
