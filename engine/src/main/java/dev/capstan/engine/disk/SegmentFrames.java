package dev.capstan.engine.disk;

import java.io.IOException;

/** Decompresses and checks the frames of a segment. */
final class SegmentFrames implements Frames {
    private static final System.Logger LOG = System.getLogger(SegmentFrames.class.getName());

    private final SegmentReader reader;
    private byte[] bytes = {};

    SegmentFrames(SegmentReader reader) {
        this.reader = reader;
    }

    @Override
    public boolean next() throws IOException {
        StoredFrame frame = reader.next();
        if (frame == null) {
            return false;
        }
        bytes = frame.intact() ? frame.decompressed(reader.where()) : readAgain();
        return true;
    }

    /** Tells whether the file is damaged or only the reading was. */
    private byte[] readAgain() throws IOException {
        String where = reader.where();
        StoredFrame frame = reader.again();
        if (frame == null || !frame.intact()) {
            throw new DamagedFrameException(
                    "damaged frame: " + where + ": its checksum does not match, also when it is read again");
        }
        LOG.log(
                System.Logger.Level.WARNING,
                "{0}: read once with a wrong checksum and once with the right one: look after this disk",
                where);
        return frame.decompressed(where);
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        reader.close();
    }
}
