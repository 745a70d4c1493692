package dev.capstan.engine.lineage;

/**
 * How many datasets may follow one another within a stage.
 *
 * <p>A task computes its stage by iterators that ask each other, so its stack grows with every step. The limit keeps it
 * well inside the stack that task threads have: in interpreted code, where frames are largest, three times the limit
 * still fits.
 */
public final class LineageDepth {
    /** How many steps a stage may have unless configured otherwise. */
    public static final int DEFAULT_LIMIT = 2_000;

    /** The stack that threads which run tasks must be given for {@link #DEFAULT_LIMIT} to be safe. */
    public static final long TASK_STACK_BYTES = 16L << 20;

    private LineageDepth() {}

    /** Refuses a dataset of which some stage has more steps than the limit. */
    public static void check(Lineage<?> dataset, int limit) {
        if (dataset.deepestStage() > limit) {
            throw new IllegalArgumentException(
                    dataset.label()
                            + " has "
                            + dataset.deepestStage()
                            + " steps in one stage, more than the limit of "
                            + limit
                            + ": raise capstan.lineage.maxSteps together with capstan.executor.taskStack, or cut the"
                            + " lineage by a shuffle (repartition) now and then; checkpoint() will do it without one");
        }
    }
}
