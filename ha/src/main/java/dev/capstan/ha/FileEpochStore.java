package dev.capstan.ha;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A store in a directory of this machine, or of a file system that all owners see alike.
 *
 * <p>Each term has a file of its own, named by its epoch, which can be made once only. It begins with all records that
 * were there. Nobody holds a lock, which a paused owner would keep: a writer looks <em>after</em> each write whether a
 * later file is there, and only if none is the write counts; whoever takes over makes its file <em>before</em> it reads
 * the one before. So either the writer sees the file, or the reader sees the write.
 */
public final class FileEpochStore implements EpochStore {
    private static final Pattern NAME = Pattern.compile("term-(\\d{19})");

    private final Path directory;
    private final List<FileTerm> open = new ArrayList<>();

    public FileEpochStore(Path directory) {
        this.directory = directory.toAbsolutePath();
    }

    @Override
    public synchronized Term take() throws IOException {
        Files.createDirectories(directory);
        while (true) {
            NavigableSet<Long> epochs = epochs();
            long epoch = epochs.isEmpty() ? 1 : Math.addExact(epochs.last(), 1);
            Path file = file(epoch);
            try {
                Files.createFile(file);
            } catch (FileAlreadyExistsException e) {
                continue; // somebody else was faster, and is before us now
            }
            force(directory);
            List<byte[]> records = latestBefore(epoch);
            var term = new FileTerm(epoch, file, records);
            term.begin(records);
            for (long earlier : epochs) {
                Files.deleteIfExists(file(earlier));
                Files.deleteIfExists(unfinished(file(earlier))); // of an owner that was killed while it wrote
            }
            open.add(term);
            return term;
        }
    }

    /** Of the last term that was begun in full: one that was not has written nothing of its own. */
    private List<byte[]> latestBefore(long own) throws IOException {
        while (true) {
            try {
                for (long epoch : epochs().headSet(own, false).descendingSet()) {
                    TermFile.Content content = TermFile.read(file(epoch));
                    if (content.begun()) {
                        return content.records();
                    }
                }
                return List.of();
            } catch (NoSuchFileException e) {
                // deleted by an owner between that one and us, whose file is begun now
            }
        }
    }

    private NavigableSet<Long> epochs() throws IOException {
        var epochs = new TreeSet<Long>();
        try (var files = Files.list(directory)) {
            files.forEach(file -> {
                Matcher name = NAME.matcher(file.getFileName().toString());
                if (name.matches()) {
                    epochs.add(Long.parseLong(name.group(1)));
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return epochs;
    }

    private Path file(long epoch) {
        return directory.resolve(String.format(Locale.ROOT, "term-%019d", epoch));
    }

    private static Path unfinished(Path file) {
        return file.resolveSibling(file.getFileName() + ".unfinished");
    }

    /** Makes names in a directory durable. */
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public synchronized void close() {
        open.forEach(FileTerm::end);
        open.clear();
    }

    @Override
    public String toString() {
        return directory.toString();
    }

    private final class FileTerm implements Term {
        private final long epoch;
        private final Path file;
        private final List<byte[]> found;
        private @Nullable FileChannel channel;

        FileTerm(long epoch, Path file, List<byte[]> found) {
            this.epoch = epoch;
            this.file = file;
            this.found = found;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public List<byte[]> records() {
            return found.stream().map(byte[]::clone).toList();
        }

        @Override
        public void append(List<byte[]> records) throws IOException {
            Records.check(records);
            try {
                TermFile.append(opened(), records);
                requireOurs();
            } catch (IOException e) {
                end(); // whether the disk has them is not known, and what follows must not stand behind a gap
                throw e;
            }
        }

        @Override
        public void replace(List<byte[]> records) throws IOException {
            Records.check(records);
            try {
                FileChannel unused = opened();
                requireOurs();
                begin(records);
                requireOurs();
            } catch (IOException e) {
                end();
                throw e;
            }
        }

        /** Writes a file that begins with these, and gives it the name of ours. */
        void begin(List<byte[]> records) throws IOException {
            Path unfinished = unfinished(file);
            FileChannel begun =
                    FileChannel.open(
                            unfinished,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE);
            try {
                TermFile.begin(begun, records);
                if (!Files.exists(file) || !Files.exists(unfinished)) { // deleted by a later term, not to come again
                    throw new StaleEpochException(file.toString(), epoch);
                }
                Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                force(directory);
            } catch (IOException e) {
                begun.close();
                Files.deleteIfExists(unfinished);
                throw e;
            }
            end();
            channel = begun;
        }

        private FileChannel opened() throws ClosedChannelException {
            if (channel == null) {
                throw new ClosedChannelException();
            }
            return channel;
        }

        private void requireOurs() throws IOException {
            NavigableSet<Long> epochs;
            try {
                epochs = epochs();
            } catch (NoSuchFileException e) {
                throw new DamagedStoreException(directory + " has vanished", e);
            }
            if (!epochs.contains(epoch) || epochs.last() != epoch) {
                throw new StaleEpochException(file.toString(), epoch);
            }
        }

        void end() {
            try {
                if (channel != null) {
                    channel.close();
                    channel = null;
                }
            } catch (IOException e) {
                throw new UncheckedIOException("cannot close " + file, e);
            }
        }
    }
}
