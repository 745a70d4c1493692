package dev.capstan.mesos.wire;

import java.nio.charset.StandardCharsets;

/** Frames records for a RecordIO stream, as {@link RecordReader} takes them apart. */
public final class RecordWriter {
    private RecordWriter() {}

    /** The record with its length in front. */
    public static byte[] frame(byte[] record) {
        byte[] head = (record.length + "\n").getBytes(StandardCharsets.US_ASCII);
        byte[] framed = new byte[head.length + record.length];
        System.arraycopy(head, 0, framed, 0, head.length);
        System.arraycopy(record, 0, framed, head.length, record.length);
        return framed;
    }
}
