package dev.capstan.engine.files;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.SourceIterator;
import dev.capstan.engine.task.TaskContext;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;

/** Files of text, each one as a pair of its path and its whole text. */
public final class WholeTextFiles extends FileSource<Pair<String, String>> {
    private static final long serialVersionUID = 1L;

    private WholeTextFiles(Origin origin, List<List<FileSplit>> partitions) {
        super(origin, partitions);
    }

    /**
     * Finds the files at once.
     *
     * @param minPartitions so many partitions at least, if there are as many files
     * @param mostBytes files come together in a partition up to this size
     */
    public static WholeTextFiles of(Origin origin, String paths, int minPartitions, long mostBytes) {
        List<FoundFile> files = FileSearch.find(origin.operator(), paths);
        return new WholeTextFiles(origin, FileCuts.packed(files, minPartitions, mostBytes));
    }

    @Override
    protected Iterator<Pair<String, String>> compute(int partition, TaskContext task) {
        Iterator<Pair<String, String>> pairs =
                splits(partition, task).stream().map(file -> Pair.of(file.path(), text(file))).iterator();
        return new SourceIterator<>(pairs, task);
    }

    private static String text(FileSplit file) {
        try (InputStream in = InputFile.openDecompressed(file)) {
            byte[] bytes = in.readAllBytes();
            boolean marked =
                    bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF;
            int from = marked ? 3 : 0;
            return new String(bytes, from, bytes.length - from, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw InputFile.unreadable(file, 0, e);
        }
    }
}
