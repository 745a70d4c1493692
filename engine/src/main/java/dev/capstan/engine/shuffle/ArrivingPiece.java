package dev.capstan.engine.shuffle;

import dev.capstan.engine.disk.DamagedFrameException;
import dev.capstan.engine.disk.FrameReading;
import dev.capstan.engine.disk.Frames;
import dev.capstan.engine.disk.StoredFrame;
import dev.capstan.kernel.rpc.Answer;
import dev.capstan.kernel.rpc.RpcException;

import org.jspecify.annotations.Nullable;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Optional;

/**
 * The frames of one piece, each checked when it has come. When the stream breaks off, another one goes on behind the
 * last frame that was read, if it is still the same output: of two attempts at a map task each may have cut its records
 * into other frames.
 */
final class ArrivingPiece implements Frames {
    private static final System.Logger LOG = System.getLogger(ArrivingPiece.class.getName());
    private static final long UNKNOWN = -1;

    private final RemoteRead read;
    private final RemotePieces pieces;
    private final int mapPartition;
    private final int slice;
    private RemotePieces.@Nullable PieceStream stream;
    private long output = UNKNOWN;
    private int framesRead;

    /** Of the frame that has come last. */
    private boolean arrivedIntact;

    private byte[] bytes = {};
    private boolean complete;

    ArrivingPiece(RemoteRead read, RemotePieces pieces, int mapPartition, int slice) {
        this.read = read;
        this.pieces = pieces;
        this.mapPartition = mapPartition;
        this.slice = slice;
    }

    @Override
    public boolean next() throws IOException {
        for (int failures = 1; !complete; failures++) {
            try {
                if (nextArrives()) {
                    framesRead++;
                    return true;
                }
                return false;
            } catch (DamagedFrameException | EOFException e) {
                closeStream();
                String damage =
                        e instanceof EOFException
                                ? "damaged frame: " + where() + ": the stream ends within it"
                                : e.getMessage();
                read.beforeRetry(new DamagedFrameException(damage + ": " + diagnosed(damage)), failures);
            } catch (RpcException e) {
                closeStream();
                read.checkKilled();
                if (!RemoteRead.mayPass(e)) {
                    throw e;
                }
                read.beforeRetry(e, failures);
            }
        }
        return false;
    }

    private boolean nextArrives() throws IOException {
        arrivedIntact = false;
        RemotePieces.PieceStream open = opened();
        int size = open.in.readInt();
        if (size == ShuffleServing.END_OF_PIECE) {
            complete = true;
            pieces.pieceEnded(open);
            return false;
        }
        bytes = frame(size, open.in).decompressed(where());
        return true;
    }

    private RemotePieces.PieceStream opened() throws IOException {
        RemotePieces.PieceStream known = stream;
        if (known != null && pieces.isCurrent(known)) {
            return known;
        }
        RemotePieces.PieceStream opened = pieces.streamWith(mapPartition, slice, framesRead);
        stream = opened;
        long number = opened.in.readLong();
        if (number == ShuffleServing.NO_OUTPUT) {
            throw new IOException(pieces.from() + ": " + opened.in.readUTF());
        }
        if (framesRead > 0 && number != output) {
            throw new IOException(where() + " was replaced by that of another attempt while it was read");
        }
        output = number;
        return opened;
    }

    private StoredFrame frame(int size, DataInputStream in) throws IOException {
        StoredFrame frame = StoredFrame.read(size, in, this::where);
        arrivedIntact = frame.intact();
        if (!arrivedIntact && frame.intact()) {
            arrivedIntact = true;
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: its checksum was wrong at first and right when it was computed again: look after the memory"
                            + " and the processors of this host",
                    where());
        }
        return frame;
    }

    /**
     * Who is to be blamed: the writer reads the frame again.
     *
     * @throws DamagedFrameException if the frame is damaged where it is kept: it will not get better
     */
    private String diagnosed(String damage) throws IOException {
        if (arrivedIntact) {
            return "its checksum is right, so it was written like this, or the memory of this host is to be blamed";
        }
        Optional<FrameReading> reading;
        try {
            reading = readingOfTheWriter();
        } catch (RpcException e) {
            return "the writer could not be asked for its own reading: " + e.getMessage();
        }
        if (reading.isEmpty()) {
            return "the writer does not have that output any more";
        }
        if (!reading.get().intact()) {
            throw new DamagedFrameException(
                    damage + ": it is damaged on the disk of " + pieces.from() + ": " + reading.get().where());
        }
        String diagnosis =
                "the copy of "
                        + pieces.from()
                        + " is intact ("
                        + reading.get().where()
                        + "), so it was damaged on the way here";
        LOG.log(System.Logger.Level.WARNING, "{0}: {1}: look after the network", damage, diagnosis);
        return diagnosis;
    }

    private Optional<FrameReading> readingOfTheWriter() throws IOException {
        var check =
                new FrameCheck(
                        read.wanted().shuffle(),
                        mapPartition,
                        pieces.firstSlice(slice),
                        pieces.endSlice(slice),
                        output,
                        framesRead);
        return switch (read.await(read.ask(pieces.from(), check))) {
            case Answer.Bytes(var answer) -> ShuffleAnswers.readingFrom(answer);
            case Answer.Failure(RpcException cause) -> throw cause;
        };
    }

    private String where() {
        return "output of map partition "
                + mapPartition
                + " of "
                + read.wanted().shuffle()
                + " from "
                + pieces.from()
                + ", frame "
                + framesRead;
    }

    private void closeStream() {
        RemotePieces.PieceStream open = stream;
        stream = null;
        if (open != null && pieces.isCurrent(open)) {
            pieces.close();
        }
    }

    @Override
    public byte[] bytes() {
        return bytes;
    }

    /** What was not read to its end would be in the way of what follows. */
    @Override
    public void close() {
        if (!complete) {
            complete = true;
            closeStream();
        }
    }
}
