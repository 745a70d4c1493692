package dev.capstan.engine.broadcast;

import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.kernel.serialization.ByteOutput;
import dev.capstan.kernel.serialization.DriverOnly;
import dev.capstan.kernel.serialization.SerializationException;
import dev.capstan.kernel.serialization.Serializer;
import dev.capstan.kernel.serialization.TrialSerialization;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * The broadcast values of a driver. It serves their pieces to executors, and hands the values themselves to those that
 * share its process. Used by any thread.
 */
public final class DriverBroadcasts implements SharedValues {
    private static final StackWalker WALKER = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);
    private static final Set<Class<?>> OURS = Set.of(Broadcast.class, BroadcastHome.class, DriverBroadcasts.class);

    private final Serializer serializer;
    private final Codec codec;
    private final boolean inProcess;
    private final BiConsumer<Object, Runnable> whenUnreachable;
    private final Consumer<BroadcastId> onForget;
    private final AtomicLong next = new AtomicLong();
    private final AtomicLong bytesGiven = new AtomicLong();
    private final Map<BroadcastId, BroadcastHome> homes = new ConcurrentHashMap<>();

    /**
     * @param inProcess whether all executors share this process and are to share the values
     * @param whenUnreachable has the action done once nobody refers to the object any more
     * @param onForget has all executors forget the broadcast
     */
    public DriverBroadcasts(
            Serializer serializer,
            Codec codec,
            boolean inProcess,
            BiConsumer<Object, Runnable> whenUnreachable,
            Consumer<BroadcastId> onForget) {
        this.serializer = Objects.requireNonNull(serializer, "serializer");
        this.codec = Objects.requireNonNull(codec, "codec");
        this.inProcess = inProcess;
        this.whenUnreachable = Objects.requireNonNull(whenUnreachable, "whenUnreachable");
        this.onForget = Objects.requireNonNull(onForget, "onForget");
    }

    /**
     * Makes the value available to tasks.
     *
     * @throws IllegalArgumentException when it exists in the driver only
     * @throws SerializationException when it cannot be serialized; where it need not be, only the beginning of a large
     *     value is tried
     */
    public <T> Broadcast<T> publish(T value, String madeAt) {
        Objects.requireNonNull(value, "value");
        if (value instanceof DriverOnly driverOnly) {
            throw new IllegalArgumentException(
                    "broadcast at "
                            + madeAt
                            + ": "
                            + driverOnly.describe()
                            + " exists in the driver only; broadcast what collect() gives instead");
        }
        var id = new BroadcastId(next.getAndIncrement());
        var pieces = pieces(value, madeAt);
        var home = new BroadcastHome(id, this, madeAt, value, pieces);
        homes.put(id, home);
        var handle = new Broadcast<T>(id, home);
        whenUnreachable.accept(handle, () -> release(id));
        return handle;
    }

    /** What executors fetch; null where they share the value, which still has to be one that others could fetch. */
    private @Nullable List<byte[]> pieces(Object value, String madeAt) {
        try {
            if (inProcess) {
                TrialSerialization.begin(serializer, value);
                return null;
            }
            ByteOutput bytes = new ByteOutput();
            serializer.serialize(value, bytes);
            return BroadcastPieces.cut(bytes, codec);
        } catch (SerializationException e) {
            throw new SerializationException("broadcast at " + madeAt + ": " + e.getMessage(), e);
        }
    }

    private void release(BroadcastId id) {
        BroadcastHome home = homes.remove(id);
        if (home != null && !home.isDestroyed()) {
            forgetOnExecutors(id);
        }
    }

    void forgetOnExecutors(BroadcastId id) {
        onForget.accept(id);
    }

    /**
     * What an executor is to take next, and from whom.
     *
     * @throws IOException when there is nothing to take, saying why
     */
    public PieceOffer offer(PieceRequest request) throws IOException {
        BroadcastHome home = homes.get(request.broadcast());
        if (home == null) {
            throw new IOException(request.broadcast() + " is not there: nothing in the driver refers to it any more");
        }
        PieceOffer offer = home.offer(request.by(), request.held(), request.failed());
        bytesGiven.addAndGet(offer.bytes().length);
        return offer;
    }

    /** How many bytes of pieces have left the driver. */
    public long bytesGiven() {
        return bytesGiven.get();
    }

    @Override
    public @Nullable Object find(BroadcastId id) {
        BroadcastHome home = inProcess ? homes.get(id) : null;
        return home == null ? null : home.value();
    }

    /** The user's line. */
    static String callSite() {
        return WALKER.walk(frames ->
                frames.filter(frame -> !OURS.contains(frame.getDeclaringClass()))
                        .findFirst()
                        .map(frame -> frame.getFileName() + ":" + frame.getLineNumber())
                        .orElse("unknown"));
    }
}
