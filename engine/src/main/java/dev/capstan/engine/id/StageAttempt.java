package dev.capstan.engine.id;

/**
 * One submission of a stage's tasks. A new attempt is made when inputs were lost; its code is the same, its inputs are
 * found elsewhere.
 *
 * @param attempt from 0
 */
public record StageAttempt(StageId stage, int attempt) implements Comparable<StageAttempt> {
    @Override
    public int compareTo(StageAttempt other) {
        int byStage = stage.compareTo(other.stage);
        return byStage != 0 ? byStage : Integer.compare(attempt, other.attempt);
    }

    @Override
    public String toString() {
        return stage + "." + attempt;
    }
}
