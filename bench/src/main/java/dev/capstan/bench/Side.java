package dev.capstan.bench;

import dev.capstan.bench.side.Setting;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An engine that can be measured: how processes of it are started.
 *
 * @param name for people
 * @param java the JVM
 * @param flags it needs
 * @param tuning flags for speed; not used where the resting process is what is measured
 * @param classPath with the engine and its programs
 * @param programs the class that runs programs
 * @param counting the class of the smallest program
 * @param environment variables of its processes, besides those of this one
 */
public record Side(
        String name,
        Path java,
        List<String> flags,
        List<String> tuning,
        String classPath,
        String programs,
        String counting,
        Map<String, String> environment) {
    public Side {
        environment = Map.copyOf(environment);
        flags = List.copyOf(flags);
        tuning = List.copyOf(tuning);
    }

    /** The same, whose programs run elsewhere than in its own process. */
    Side on(String master) {
        List<String> more = new ArrayList<>(flags);
        more.add("-D" + Setting.MASTER + "=" + master);
        return new Side(name, java, more, tuning, classPath, programs, counting, environment);
    }

    /** The jars and directories of the class path. */
    List<Path> entries() {
        List<Path> entries = new ArrayList<>();
        for (String entry : classPath.split(File.pathSeparator)) {
            entries.add(Path.of(entry));
        }
        return entries;
    }

    /** The command of a process. */
    List<String> command(List<String> more, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(flags);
        command.addAll(more);
        command.addAll(List.of("-cp", classPath, mainClass));
        command.addAll(List.of(arguments));
        return command;
    }
}
