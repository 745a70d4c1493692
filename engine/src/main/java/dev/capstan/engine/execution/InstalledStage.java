package dev.capstan.engine.execution;

import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.StageCode;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.JavaSerializer;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Objects;

/** A stage attempt on an executor: its code, decoded once if tasks may share it, and where its inputs lie. */
public final class InstalledStage {
    private final StageAttempt id;
    private final StageCode code;
    private final List<ShuffleInputs> inputs;
    private final Resources perTask;
    private final JavaSerializer functions;
    private final ClassLoader loader;
    private volatile @Nullable StageProgram shared;

    /** A stage whose tasks take one cpu each. */
    public InstalledStage(StageAttempt id, StageCode code, List<ShuffleInputs> inputs, ClassLoader loader) {
        this(id, code, inputs, Resources.cpus(1), new JavaSerializer(), loader);
    }

    /**
     * @param perTask what each task may take of its executor
     * @param functions reads the code
     * @param loader finds the classes of the application
     */
    public InstalledStage(
            StageAttempt id,
            StageCode code,
            List<ShuffleInputs> inputs,
            Resources perTask,
            JavaSerializer functions,
            ClassLoader loader) {
        this.id = Objects.requireNonNull(id, "id");
        this.code = Objects.requireNonNull(code, "code");
        this.inputs = List.copyOf(inputs);
        this.perTask = Objects.requireNonNull(perTask, "perTask");
        this.functions = Objects.requireNonNull(functions, "functions");
        this.loader = Objects.requireNonNull(loader, "loader");
    }

    public StageAttempt id() {
        return id;
    }

    Resources perTask() {
        return perTask;
    }

    /** The program for one task. Two tasks that decode a shared program at the same time do no harm. */
    StageProgram program() {
        StageProgram program = shared;
        if (program == null) {
            program = StageProgram.decode(code.bytes(), functions, loader);
            if (code.shareable()) {
                shared = program;
            }
        }
        return program;
    }

    ShuffleInputs inputs(ShuffleId shuffle) {
        for (ShuffleInputs input : inputs) {
            if (input.shuffle().equals(shuffle)) {
                return input;
            }
        }
        throw new IllegalStateException(id + " was installed without the locations of " + shuffle);
    }
}
