package dev.capstan.engine.operator;

import dev.capstan.engine.task.PartitionFn;
import dev.capstan.engine.task.TaskContext;
import dev.capstan.kernel.serialization.Shareable;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Iterator;
import java.util.Locale;

/**
 * Writes a partition as lines of text: to a file of the attempt's own, which takes the partition's name when it is
 * complete. Of several attempts any one counts; all have the same content.
 *
 * @param directory where the files go
 */
public record WriteTextFiles<T>(String directory) implements PartitionFn<T, String>, Shareable {
    @Override
    public String apply(Iterator<T> elements, TaskContext task) throws IOException {
        String name = String.format(Locale.ROOT, "part-%05d", task.partition());
        Path own = Path.of(directory, "." + name + "-" + task.task().number());
        try (BufferedWriter writer = Files.newBufferedWriter(own, StandardCharsets.UTF_8)) {
            while (elements.hasNext()) {
                writer.write(String.valueOf(elements.next()));
                writer.write('\n');
            }
        }
        task.checkKilled();
        Files.move(own, Path.of(directory, name), StandardCopyOption.ATOMIC_MOVE);
        return name;
    }
}
