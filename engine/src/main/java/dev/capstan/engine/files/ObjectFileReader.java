package dev.capstan.engine.files;

import dev.capstan.engine.disk.FileHead;
import dev.capstan.engine.disk.OtherFormatException;
import dev.capstan.kernel.serialization.ByteInput;
import dev.capstan.kernel.serialization.SerializationException;
import dev.capstan.kernel.serialization.Serializer;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** Reads the elements of a file in {@link ObjectFormat}. */
final class ObjectFileReader<T> implements Iterator<T>, AutoCloseable {
    private static final String KIND = FileHead.Kind.OBJECT_FILE.description();

    private final FileSplit file;
    private final Serializer serializer;
    private final ClassLoader loader;
    private final DataInputStream in;
    private Iterator<T> block = Collections.emptyIterator();
    private long count;
    private boolean ended;

    ObjectFileReader(FileSplit file, Serializer serializer, ClassLoader loader) {
        this.file = file;
        this.serializer = serializer;
        this.loader = loader;
        this.in = new DataInputStream(new BufferedInputStream(InputFile.open(file), ObjectFormat.BLOCK_BYTES));
        try {
            FileHead.read(in, FileHead.Kind.OBJECT_FILE, serializer);
        } catch (OtherFormatException e) {
            FileErrors.closeAfter(in, e);
            throw FileErrors.otherFormat(file.path(), KIND, e);
        } catch (IOException e) {
            FileErrors.closeAfter(in, e);
            throw damaged("at its beginning", e);
        }
    }

    @Override
    public boolean hasNext() {
        while (!ended && !block.hasNext()) {
            try {
                readBlock();
            } catch (IOException e) {
                throw damaged("after element " + count, e);
            }
        }
        return !ended;
    }

    private void readBlock() throws IOException {
        int length = in.readInt();
        if (length == 0) {
            expectEnd();
            return;
        }
        if (length < 0) {
            throw new IOException("a block cannot have " + length + " bytes");
        }
        int checksum = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        if (ObjectFormat.checksum(bytes, length) != checksum) {
            throw new IOException("the checksum of the next " + length + " bytes is wrong");
        }
        block = serializer.reader(new ByteInput(bytes), loader);
    }

    private void expectEnd() throws IOException {
        long written = in.readLong();
        if (written != count) {
            throw new IOException(written + " elements were written and " + count + " are there");
        }
        ended = true;
        close();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        try {
            T element = block.next();
            count++;
            return element;
        } catch (SerializationException e) {
            throw new SerializationException(
                    "cannot read element " + (count + 1) + " of " + file.path() + ": " + e.getMessage(), e);
        }
    }

    private RuntimeException damaged(String where, IOException e) {
        return FileErrors.damaged(file.path(), KIND, where, e);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw FileErrors.unreadable(file.path(), e);
        }
    }
}
