package dev.capstan.engine.files;

import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.SourceIterator;
import dev.capstan.engine.task.TaskContext;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Binary files of records that all have the same length. */
public final class FixedRecords extends FileSource<byte[]> {
    private static final long serialVersionUID = 1L;
    private static final int BUFFER = 64 << 10;

    private final int recordLength;

    private FixedRecords(Origin origin, List<List<FileSplit>> partitions, int recordLength) {
        super(origin, partitions);
        this.recordLength = recordLength;
    }

    /**
     * Finds the files at once, and refuses those that end within a record.
     *
     * @param minPartitions into at least so many parts large files are cut together
     * @param mostBytes parts are not larger, if records are not
     */
    public static FixedRecords of(Origin origin, String paths, int recordLength, int minPartitions, long mostBytes) {
        List<FoundFile> files = FileSearch.find(origin.operator(), paths);
        for (FoundFile file : files) {
            if (file.length() % recordLength != 0) {
                throw new IllegalArgumentException(
                        origin.operator()
                                + ": the file "
                                + file.path()
                                + " has "
                                + file.length()
                                + " bytes, which is no multiple of the record length "
                                + recordLength);
            }
        }
        return new FixedRecords(origin, FileCuts.records(files, recordLength, minPartitions, mostBytes), recordLength);
    }

    @Override
    protected Iterator<byte[]> compute(int partition, TaskContext task) {
        Records records = new Records(splits(partition, task).getFirst());
        task.onCompletion(records::close);
        return new SourceIterator<>(records, task);
    }

    private final class Records implements Iterator<byte[]> {
        private final FileSplit split;
        private final InputStream in;
        private long left;

        Records(FileSplit split) {
            this.split = split;
            this.left = split.length();
            this.in = new BufferedInputStream(InputFile.open(split), BUFFER);
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            try {
                byte[] item = in.readNBytes(recordLength);
                if (item.length < recordLength) {
                    throw FileErrors.shrunk(split, split.end() - left + item.length);
                }
                left -= recordLength;
                if (left == 0) {
                    close();
                }
                return item;
            } catch (IOException e) {
                throw FileErrors.unreadable(split.path(), e);
            }
        }

        void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw FileErrors.unreadable(split.path(), e);
            }
        }
    }
}
