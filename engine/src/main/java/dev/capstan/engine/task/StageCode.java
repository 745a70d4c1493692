package dev.capstan.engine.task;

/**
 * The code of a stage, serialized once: the lineage up to the next shuffles, and what to do with each partition.
 *
 * @param bytes see {@code StageProgram}
 * @param shareable whether tasks may share one deserialized instance because nothing in it can change; otherwise each
 *     task deserializes its own
 */
public record StageCode(byte[] bytes, boolean shareable) {
    @Override
    public String toString() {
        return "StageCode[" + bytes.length + " bytes, shareable=" + shareable + "]";
    }
}
