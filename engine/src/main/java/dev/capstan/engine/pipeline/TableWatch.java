package dev.capstan.engine.pipeline;

/** Looks after the memory of a table. */
@FunctionalInterface
public interface TableWatch {
    /** How many values a table takes between two looks at most. */
    int MOST_BETWEEN = 64;

    /** Nobody looks. */
    TableWatch NONE = () -> MOST_BETWEEN;

    /**
     * More values came: one at first, and then as many as it said last, or fewer if one of them is large. The table may
     * be emptied now.
     *
     * @return after how many more values to look again; few where values are large
     */
    int look() throws Exception;
}
