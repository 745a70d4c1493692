package dev.capstan.driver;

import dev.capstan.engine.lineage.LineageDepth;
import dev.capstan.kernel.serialization.Serializer;

import java.util.Objects;

/**
 * What a context uses unless an operator is told otherwise.
 *
 * @param parallelism partitions of datasets whose creator does not say
 * @param serializer of data; executors must use the same
 * @param loader finds the classes of the application
 * @param lineageLimit steps that one stage may have, see {@link LineageDepth}
 * @param mostFileBytes how much of a file one partition reads at most
 */
public record ContextDefaults(
        int parallelism, Serializer serializer, ClassLoader loader, int lineageLimit, long mostFileBytes) {
    public ContextDefaults {
        Objects.requireNonNull(serializer, "serializer");
        Objects.requireNonNull(loader, "loader");
        if (parallelism < 1) {
            throw new IllegalArgumentException("parallelism must be at least 1, not " + parallelism);
        }
        if (lineageLimit < 1) {
            throw new IllegalArgumentException("lineageLimit must be at least 1, not " + lineageLimit);
        }
        if (mostFileBytes < 1) {
            throw new IllegalArgumentException("mostFileBytes must be at least 1, not " + mostFileBytes);
        }
    }
}
