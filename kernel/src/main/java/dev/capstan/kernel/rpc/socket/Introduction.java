package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.Hello;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What two processes prove to each other before a word of theirs is read.
 *
 * <p>Each side proves that it knows the secret by a keyed hash of: which side it is, both numbers used once, the
 * certificate of the connection if it has one, and its hello. So a proof cannot be replayed (the numbers), turned back
 * on its maker (the side), passed through by somebody in the middle (the certificate), or put before another hello.
 *
 * @param hello of the one who introduces itself
 * @param host where it listens
 * @param port where it listens
 * @param over numbers of the last connections that it had with the other and that are over, the other may not know yet
 */
record Introduction(Hello hello, String host, int port, List<byte[]> over) {
    /** Bytes of a number used once. */
    static final int NONCE_BYTES = 32;

    /** An introduction is read before its sender is known to be somebody, and has no reason to be long. */
    static final int MOST_BYTES = 4 << 10;

    /** Who speaks. */
    enum Side {
        DIALLING,
        DIALLED
    }

    /**
     * What both ends of one connection know.
     *
     * @param nonceOfDialling is the number of the connection as well: no other has it
     */
    record Connection(byte[] nonceOfDialling, byte[] nonceOfDialled, byte[] certificate) {}

    /** Proof and hello, as they travel. */
    byte[] toBytes(Secret secret, Side side, Connection connection) {
        byte[] said = said();
        byte[] proof = proof(secret, side, connection, said);
        byte[] all = new byte[proof.length + said.length];
        System.arraycopy(proof, 0, all, 0, proof.length);
        System.arraycopy(said, 0, all, proof.length, said.length);
        return all;
    }

    /**
     * @throws ProtocolException when the sender does not know the secret, or these bytes are none of an introduction
     */
    static Introduction fromBytes(byte[] bytes, Secret secret, Side side, Connection connection)
            throws ProtocolException {
        if (bytes.length < Secret.PROOF_BYTES) {
            throw new ProtocolException("an introduction of " + bytes.length + " bytes");
        }
        byte[] proof = Arrays.copyOf(bytes, Secret.PROOF_BYTES);
        byte[] said = Arrays.copyOfRange(bytes, Secret.PROOF_BYTES, bytes.length);
        if (!MessageDigest.isEqual(proof, proof(secret, side, connection, said))) {
            throw new ProtocolException("it does not know the secret of this application");
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(said))) {
            var hello = new Hello(in.readInt(), in.readUTF(), in.readUTF(), in.readUTF(), in.readLong(), in.readLong());
            String host = in.readUTF();
            int port = in.readUnsignedShort();
            List<byte[]> over = new ArrayList<>();
            for (int left = in.readUnsignedByte(); left > 0; left--) {
                over.add(in.readNBytes(NONCE_BYTES));
            }
            return new Introduction(hello, host, port, over);
        } catch (IOException | IllegalArgumentException e) {
            throw new ProtocolException("an introduction that cannot be read: " + e.getMessage(), e);
        }
    }

    private static byte[] proof(Secret secret, Side side, Connection connection, byte[] said) {
        return secret.proof(
                new byte[] {(byte) side.ordinal()},
                connection.nonceOfDialling,
                connection.nonceOfDialled,
                connection.certificate,
                said);
    }

    private byte[] said() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeInt(hello.protocol());
            out.writeUTF(hello.cluster());
            out.writeUTF(hello.role());
            out.writeUTF(hello.node());
            out.writeLong(hello.epoch());
            out.writeLong(hello.incarnation());
            out.writeUTF(host);
            out.writeShort(port);
            out.writeByte(over.size());
            for (byte[] number : over) {
                out.write(number);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no way to fail in memory
        }
        return bytes.toByteArray();
    }
}
