package dev.capstan.engine.files;

import dev.capstan.engine.lineage.Origin;
import dev.capstan.engine.lineage.SourceIterator;
import dev.capstan.engine.task.TaskContext;

import java.util.Iterator;
import java.util.List;

/** Elements that were saved by {@link ObjectFormat}; each file is a partition. */
public final class ObjectFiles<T> extends FileSource<T> {
    private static final long serialVersionUID = 1L;

    private ObjectFiles(Origin origin, List<List<FileSplit>> partitions) {
        super(origin, partitions);
    }

    /** Finds the files at once. */
    public static <T> ObjectFiles<T> of(Origin origin, String paths) {
        return new ObjectFiles<>(origin, FileCuts.single(FileSearch.find(origin.operator(), paths)));
    }

    @Override
    protected Iterator<T> compute(int partition, TaskContext task) {
        FileSplit file = splits(partition, task).getFirst();
        ObjectFileReader<T> elements = new ObjectFileReader<>(file, task.serializer(), task.loader());
        task.onCompletion(elements::close);
        return new SourceIterator<>(elements, task);
    }
}
