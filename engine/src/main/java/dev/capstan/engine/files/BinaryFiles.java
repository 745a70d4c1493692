package dev.capstan.engine.files;

import dev.capstan.engine.function.Pair;
import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.SourceIterator;
import dev.capstan.engine.task.TaskContext;

import java.util.Iterator;
import java.util.List;

/** Files of any content, each one as a pair of its path and a handle that opens it. */
public final class BinaryFiles extends FileSource<Pair<String, BinaryFile>> {
    private static final long serialVersionUID = 1L;

    private BinaryFiles(Origin origin, List<List<FileSplit>> partitions) {
        super(origin, partitions);
    }

    /**
     * Finds the files at once.
     *
     * @param minPartitions so many partitions at least, if there are as many files
     * @param mostBytes files come together in a partition up to this size
     */
    public static BinaryFiles of(Origin origin, String paths, int minPartitions, long mostBytes) {
        List<FoundFile> files = FileSearch.find(origin.operator(), paths);
        return new BinaryFiles(origin, FileCuts.packed(files, minPartitions, mostBytes));
    }

    @Override
    protected Iterator<Pair<String, BinaryFile>> compute(int partition, TaskContext task) {
        Iterator<Pair<String, BinaryFile>> pairs =
                splits(partition, task).stream()
                        .map(file -> Pair.of(file.path(), new BinaryFile(file.path(), file.fileLength())))
                        .iterator();
        return new SourceIterator<>(pairs, task);
    }
}
