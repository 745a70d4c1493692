package dev.capstan.engine.pipeline;

/** Looks after the memory of a table. */
@FunctionalInterface
public interface TableWatch {
    /** How many values a table takes between two looks. */
    int LOOK_EVERY = 64;

    /** Nobody looks. */
    TableWatch NONE = () -> {};

    /** {@link #LOOK_EVERY} more values came. The table may be emptied now. */
    void look() throws Exception;
}
