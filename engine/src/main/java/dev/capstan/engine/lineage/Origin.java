package dev.capstan.engine.lineage;

import dev.capstan.engine.id.DatasetId;

import java.io.Serializable;
import java.util.Objects;

/**
 * Where a dataset comes from.
 *
 * @param id unique within the application
 * @param operator what made it, {@code map} for instance
 * @param callSite the user's line, {@code WordCount.java:23}
 */
public record Origin(DatasetId id, String operator, String callSite) implements Serializable {
    public Origin {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(operator, "operator");
        Objects.requireNonNull(callSite, "callSite");
    }
}
