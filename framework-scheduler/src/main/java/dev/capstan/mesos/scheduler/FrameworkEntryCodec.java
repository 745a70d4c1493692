package dev.capstan.mesos.scheduler;

import dev.capstan.ha.EntryCodec;

import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.TaskState;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Entries as records: a byte for the kind, then its fields in their order. Kinds are never given a new meaning, so that
 * what an older version has written can be read.
 */
public final class FrameworkEntryCodec implements EntryCodec<FrameworkEntry> {
    private static final byte IDENTIFIED = 1;
    private static final byte FORGOTTEN = 2;
    private static final byte INTENDED = 3;
    private static final byte CHANGED = 4;
    private static final byte CANCELLED = 5;
    private static final byte ENDED = 6;
    private static final byte OPERATION_INTENDED = 7;
    private static final byte OPERATION_ENDED = 8;
    private static final byte EXECUTOR_INTENDED = 9;

    @Override
    public byte[] encode(FrameworkEntry entry) {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            switch (entry) {
                case FrameworkEntry.Identified(var id) -> write(out, IDENTIFIED, id);
                case FrameworkEntry.Forgotten() -> write(out, FORGOTTEN);
                case FrameworkEntry.Intended(var id, var agent, var executor) ->
                        write(out, INTENDED, id, agent, executor);
                case FrameworkEntry.Changed(var id, var state) -> {
                    write(out, CHANGED, id);
                    out.writeInt(state.getNumber());
                }
                case FrameworkEntry.Cancelled(var id) -> write(out, CANCELLED, id);
                case FrameworkEntry.Ended(var id) -> write(out, ENDED, id);
                case FrameworkEntry.OperationIntended(var id, var agent) -> write(out, OPERATION_INTENDED, id, agent);
                case FrameworkEntry.OperationEnded(var id) -> write(out, OPERATION_ENDED, id);
                case FrameworkEntry.ExecutorIntended(GroupExecutor(var agent, var info)) -> {
                    write(out, EXECUTOR_INTENDED, agent);
                    out.writeInt(info.getSerializedSize());
                    info.writeTo(out);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail", e);
        }
        return bytes.toByteArray();
    }

    private static void write(DataOutputStream out, byte kind, String... texts) throws IOException {
        out.writeByte(kind);
        for (String text : texts) {
            out.writeUTF(text);
        }
    }

    @Override
    public FrameworkEntry decode(byte[] record) throws IOException {
        try (var in = new DataInputStream(new ByteArrayInputStream(record))) {
            FrameworkEntry entry = decode(in);
            if (in.available() > 0) {
                throw new IOException("an entry of a framework's book is followed by " + in.available() + " bytes");
            }
            return entry;
        }
    }

    private static FrameworkEntry decode(DataInputStream in) throws IOException {
        byte kind = in.readByte();
        return switch (kind) {
            case IDENTIFIED -> new FrameworkEntry.Identified(in.readUTF());
            case FORGOTTEN -> new FrameworkEntry.Forgotten();
            case INTENDED -> new FrameworkEntry.Intended(in.readUTF(), in.readUTF(), in.readUTF());
            case CHANGED -> new FrameworkEntry.Changed(in.readUTF(), state(in.readInt()));
            case CANCELLED -> new FrameworkEntry.Cancelled(in.readUTF());
            case ENDED -> new FrameworkEntry.Ended(in.readUTF());
            case OPERATION_INTENDED -> new FrameworkEntry.OperationIntended(in.readUTF(), in.readUTF());
            case OPERATION_ENDED -> new FrameworkEntry.OperationEnded(in.readUTF());
            case EXECUTOR_INTENDED ->
                    new FrameworkEntry.ExecutorIntended(new GroupExecutor(in.readUTF(), executor(in)));
            default -> throw new IOException("a framework's book has an entry of an unknown kind, " + kind);
        };
    }

    private static ExecutorInfo executor(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > in.available()) {
            throw new IOException("a framework's book has an executor of " + length + " bytes, which are not there");
        }
        return ExecutorInfo.parseFrom(in.readNBytes(length));
    }

    private static TaskState state(int number) throws IOException {
        TaskState state = TaskState.forNumber(number);
        if (state == null) {
            throw new IOException("a framework's book has an unknown state of a task, " + number);
        }
        return state;
    }
}
