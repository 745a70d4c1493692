package dev.capstan.engine.files;

import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.SourceIterator;
import dev.capstan.engine.pipeline.Sink;
import dev.capstan.engine.task.TaskContext;

import java.util.Iterator;
import java.util.List;

/** The lines of text files, cut into splits by position. */
public final class TextFile extends FileSource<String> {
    private static final long serialVersionUID = 1L;
    private static final int CHECK_EVERY = 256;

    private TextFile(Origin origin, List<List<FileSplit>> partitions) {
        super(origin, partitions);
    }

    /**
     * Finds the files at once.
     *
     * @param minPartitions into at least so many parts large files are cut together
     * @param mostBytes parts are not larger
     */
    public static TextFile of(Origin origin, String paths, int minPartitions, long mostBytes) {
        List<FoundFile> files = FileSearch.find(origin.operator(), paths);
        return new TextFile(origin, FileCuts.ranges(files, minPartitions, mostBytes));
    }

    @Override
    protected Iterator<String> compute(int partition, TaskContext task) {
        LineReader lines = LineReader.open(splits(partition, task).getFirst());
        task.onCompletion(lines::close);
        return new SourceIterator<>(lines, task);
    }

    @Override
    protected void push(int partition, TaskContext task, Sink<? super String> sink) throws Exception {
        try (LineReader lines = LineReader.open(splits(partition, task).getFirst())) {
            int since = 0;
            while (lines.advance()) {
                if (++since == CHECK_EVERY) {
                    task.checkKilled();
                    task.recorder().read(since);
                    since = 0;
                }
                sink.accept(lines.line());
            }
            task.recorder().read(since);
        }
    }
}
