package dev.capstan.engine.files;

import java.util.ArrayList;
import java.util.List;

/** Makes the partitions of files. */
final class FileCuts {
    /** A rest that is hardly larger than a split stays whole. */
    private static final double SLACK = 1.1;

    private FileCuts() {}

    /**
     * A partition for each part of a file; parts are as large as they may be while there are at least {@code least} of
     * them in large files together. A small file is a partition of its own, a compressed one as well.
     */
    static List<List<FileSplit>> ranges(List<FoundFile> files, int least, long mostBytes) {
        long size = partBytes(files, least, mostBytes);
        List<List<FileSplit>> partitions = new ArrayList<>();
        for (FoundFile file : files) {
            if (Compression.of(file.path()) == Compression.NONE) {
                cut(file, size, partitions);
            } else {
                partitions.add(List.of(FileSplit.whole(file)));
            }
        }
        return partitions;
    }

    /** The same with parts that end where records of a fixed length end. */
    static List<List<FileSplit>> records(List<FoundFile> files, int recordLength, int least, long mostBytes) {
        long size = partBytes(files, least, mostBytes);
        long rounded = Math.max(1, size / recordLength) * recordLength;
        List<List<FileSplit>> partitions = new ArrayList<>();
        files.forEach(file -> cut(file, rounded, partitions));
        return partitions;
    }

    /** Each file is a partition. */
    static List<List<FileSplit>> single(List<FoundFile> files) {
        return files.stream().map(file -> List.of(FileSplit.whole(file))).toList();
    }

    /** Whole files, several of them in a partition while they are small and {@code least} partitions are left. */
    static List<List<FileSplit>> packed(List<FoundFile> files, int least, long mostBytes) {
        long size = partBytes(files, least, mostBytes);
        // so that many empty files are spread as well
        int mostFiles = Math.max(1, files.size() / least);
        List<List<FileSplit>> partitions = new ArrayList<>();
        List<FileSplit> open = new ArrayList<>();
        long bytes = 0;
        for (FoundFile file : files) {
            if (!open.isEmpty() && (bytes + file.length() > size || open.size() >= mostFiles)) {
                partitions.add(List.copyOf(open));
                open.clear();
                bytes = 0;
            }
            open.add(FileSplit.whole(file));
            bytes += file.length();
        }
        if (!open.isEmpty()) {
            partitions.add(List.copyOf(open));
        }
        return partitions;
    }

    private static long partBytes(List<FoundFile> files, int least, long mostBytes) {
        long total = files.stream().mapToLong(FoundFile::length).sum();
        return Math.clamp(total / least, 1, mostBytes);
    }

    private static void cut(FoundFile file, long size, List<List<FileSplit>> partitions) {
        long start = 0;
        while (file.length() - start > SLACK * size) {
            partitions.add(List.of(new FileSplit(file.path(), start, start + size, file.length())));
            start += size;
        }
        if (start < file.length()) {
            partitions.add(List.of(new FileSplit(file.path(), start, file.length(), file.length())));
        }
    }
}
