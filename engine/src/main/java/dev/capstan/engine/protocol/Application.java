package dev.capstan.engine.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What an executor process is told of the application that it works for.
 *
 * @param settings that were set, by key; others have their defaults
 * @param classPath jars with the program's classes, in order
 */
public record Application(SequencedMap<String, String> settings, List<ClassFile> classPath) {
    public Application {
        settings = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(settings));
        classPath = List.copyOf(classPath);
    }

    /**
     * A jar. Executors keep it under its hash, so that the next application with the same one need not send it again.
     *
     * @param name for people
     * @param sha256 of its content, in hexadecimal digits
     */
    public record ClassFile(String name, String sha256, long bytes) {}
}
