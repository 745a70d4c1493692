package dev.capstan.kernel.rpc.socket;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;

/**
 * A certificate that a process signs for itself, for as long as it lives. The JDK reads certificates but makes none,
 * and this one says so little that its few fields are written here (X.509 version 1, RFC 5280, in DER).
 *
 * @param key that signed it
 * @param certificate of that key
 */
record OwnCertificate(PrivateKey key, X509Certificate certificate) {
    private static final int INTEGER = 0x02;
    private static final int BIT_STRING = 0x03;
    private static final int UTF8_STRING = 0x0c;
    private static final int GENERALIZED_TIME = 0x18;
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;

    /** ecdsa-with-SHA256, 1.2.840.10045.4.3.2. */
    private static final byte[] SIGNATURE_ALGORITHM = {0x06, 8, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2};

    /** commonName, 2.5.4.3. */
    private static final byte[] COMMON_NAME = {0x06, 3, 0x55, 4, 3};

    static OwnCertificate create() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair pair = generator.generateKeyPair();
        byte[] algorithm = tagged(SEQUENCE, SIGNATURE_ALGORITHM);
        byte[] name = name("capstan");
        byte[] said =
                tagged(
                        SEQUENCE,
                        tagged(INTEGER, new BigInteger(63, new SecureRandom()).setBit(62).toByteArray()),
                        algorithm,
                        name,
                        validity(),
                        name,
                        pair.getPublic().getEncoded());
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(pair.getPrivate());
        signature.update(said);
        byte[] all = tagged(SEQUENCE, said, algorithm, tagged(BIT_STRING, new byte[1], signature.sign()));
        var certificate =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(all));
        return new OwnCertificate(pair.getPrivate(), certificate);
    }

    /** Always: it ends with its process, and clocks of machines differ. */
    private static byte[] validity() {
        return tagged(
                SEQUENCE,
                tagged(GENERALIZED_TIME, ascii("20000101000000Z")),
                tagged(GENERALIZED_TIME, ascii("99991231235959Z")));
    }

    private static byte[] name(String name) {
        return tagged(SEQUENCE, tagged(SET, tagged(SEQUENCE, COMMON_NAME, tagged(UTF8_STRING, ascii(name)))));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] tagged(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        var bytes = new ByteArrayOutputStream();
        bytes.write(tag);
        if (length < 0x80) {
            bytes.write(length);
        } else {
            byte[] lengthBytes = BigInteger.valueOf(length).toByteArray();
            int leading = lengthBytes[0] == 0 ? 1 : 0;
            bytes.write(0x80 | (lengthBytes.length - leading));
            bytes.write(lengthBytes, leading, lengthBytes.length - leading);
        }
        for (byte[] part : parts) {
            bytes.writeBytes(part);
        }
        return bytes.toByteArray();
    }
}
