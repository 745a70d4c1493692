package dev.capstan.engine.task;

import dev.capstan.engine.id.DatasetId;

/** One partition of a dataset whose elements came from the driver, serialized when the dataset was made. */
public record SourceSlice(DatasetId dataset, int partition, byte[] bytes) {
    @Override
    public String toString() {
        return "SourceSlice[" + dataset + ", " + partition + ", " + bytes.length + " bytes]";
    }
}
