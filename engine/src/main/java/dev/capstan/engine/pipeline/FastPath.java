package dev.capstan.engine.pipeline;

/** Ways in which tasks are faster than need be. Without any of them the results are the same, in the same order. */
public enum FastPath {
    FUSED(
            "Whether elements are pushed through the functions of a stage; if not, each function asks the one before it"
                    + " for the next element."),

    /** See {@link Copies}. */
    SPECIALIZED("Whether each pipeline of functions has classes of its own, so that it is compiled as one loop."),

    MERGED(
            "Whether the sides of a join that are grouped or combined already are walked side by side; if not, all are"
                    + " put into a table."),

    COMPACT(
            "Whether tables and grouped lists keep numbers and short texts as bits; if not, they keep the objects as"
                    + " which these came.");

    private final String about;

    FastPath(String about) {
        this.about = about;
    }

    /** What the path is, for those who may switch it off. */
    public String about() {
        return about;
    }
}
