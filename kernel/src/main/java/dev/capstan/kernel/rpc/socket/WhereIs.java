package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.WireForm;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A node asks another one, whom everybody knows, where a third one listens. */
record WhereIs(String node) implements Message {
    /** The last tag there is: no module's own message has it. */
    static final int TAG = 0xffff;

    /** Its form; the name and nothing else. */
    static final class Form implements WireForm<WhereIs> {
        @Override
        public int tag() {
            return TAG;
        }

        @Override
        public Class<WhereIs> type() {
            return WhereIs.class;
        }

        @Override
        public byte[] encode(WhereIs message) {
            return message.node.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public WhereIs decode(ByteBuffer bytes) {
            return new WhereIs(StandardCharsets.UTF_8.decode(bytes).toString());
        }
    }

    /** The answer. */
    static byte[] toBytes(InetSocketAddress address) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeUTF(address.getHostString());
            out.writeShort(address.getPort());
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is no way to fail in memory
        }
        return bytes.toByteArray();
    }

    /** What an answer says, or null when it says nothing of use. */
    static @Nullable InetSocketAddress fromAnswer(Answer answer) {
        if (!(answer instanceof Answer.Bytes(var bytes))) {
            return null;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            return new InetSocketAddress(in.readUTF(), in.readUnsignedShort());
        } catch (IOException e) {
            return null;
        }
    }
}
