package dev.capstan.kernel.rpc;

import dev.capstan.kernel.actor.Message;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The messages that travel between processes, each type in its {@link WireForm}. */
public final class MessageCodec {
    private final Map<Class<?>, WireForm<?>> byType = new HashMap<>();
    private final Map<Integer, WireForm<?>> byTag = new HashMap<>();

    /** A message as it travels. */
    public record Encoded(int tag, byte[] bytes) {}

    /**
     * @throws IllegalArgumentException when two forms have one tag or one type
     */
    public MessageCodec(List<? extends WireForm<?>> forms) {
        for (WireForm<?> form : forms) {
            if (form.tag() < 1 || form.tag() > 0xffff) {
                throw new IllegalArgumentException("the tag of " + form.type().getName() + " is " + form.tag());
            }
            WireForm<?> sameTag = byTag.put(form.tag(), form);
            WireForm<?> sameType = byType.put(form.type(), form);
            if (sameTag != null || sameType != null) {
                throw new IllegalArgumentException(
                        "two forms of " + form.type().getName() + ", or two with the tag " + form.tag());
            }
        }
    }

    /**
     * @throws IllegalArgumentException when no form of this type is known: it was never meant to leave its process
     */
    public Encoded encode(Message message) {
        WireForm<?> form = byType.get(message.getClass());
        if (form == null) {
            throw new IllegalArgumentException(
                    message.getClass().getName() + " cannot travel between processes; no form of it is known here");
        }
        return new Encoded(form.tag(), encode(form, message));
    }

    private static <M extends Message> byte[] encode(WireForm<M> form, Message message) {
        return form.encode(form.type().cast(message));
    }

    /**
     * @throws IOException when the tag is unknown, or these are not the bytes of such a message
     */
    public Message decode(int tag, ByteBuffer bytes) throws IOException {
        WireForm<?> form = byTag.get(tag);
        if (form == null) {
            throw new IOException("no message with the tag " + tag + " is known here");
        }
        try {
            return form.decode(bytes);
        } catch (RuntimeException e) { // its records check what they are made of
            throw new IOException("these are not the bytes of a " + form.type().getSimpleName(), e);
        }
    }
}
