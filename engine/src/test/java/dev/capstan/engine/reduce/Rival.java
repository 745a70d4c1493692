package dev.capstan.engine.reduce;

import dev.capstan.engine.memory.Spillable;

import java.io.IOException;
import java.util.Random;

/** Another consumer of the task, that wants memory when nobody expects it, and gives it back as suddenly. */
final class Rival {
    private static final Spillable KEEPING = Spillable.keeping("the rival");

    private final ReduceTask task;
    private final Random random;
    private final int oneIn;
    private final long most;

    /**
     * @param oneIn how rarely it does something
     * @param most that it asks for
     */
    Rival(ReduceTask task, Random random, int oneIn, long most) {
        this.task = task;
        this.random = random;
        this.oneIn = oneIn;
        this.most = most;
    }

    void maybe() throws IOException, InterruptedException {
        if (random.nextInt(oneIn) == 0) {
            if (random.nextBoolean()) {
                long granted = task.memory().acquire(random.nextLong(most + 1), KEEPING);
                if (granted > 0 && random.nextInt(3) > 0) {
                    task.memory().release(granted, KEEPING);
                }
            } else {
                task.memory().releaseAll(KEEPING);
            }
        }
    }

    void leave() {
        task.memory().releaseAll(KEEPING);
    }
}
