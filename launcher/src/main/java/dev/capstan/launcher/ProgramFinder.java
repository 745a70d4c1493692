package dev.capstan.launcher;

import dev.capstan.engine.execution.ApplicationLoader;
import dev.capstan.examples.Examples;
import dev.capstan.kernel.config.Nearest;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.MalformedURLException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds the main method that {@code capstan run} is to call. */
final class ProgramFinder {
    private final ClassLoader loader;

    /**
     * @param jars seen before our own class path, by a loader of their own, as executors see them
     */
    ProgramFinder(List<Path> jars) {
        ClassLoader ours = ProgramFinder.class.getClassLoader();
        this.loader = jars.isEmpty() ? ours : new ApplicationLoader(urls(jars), ours);
    }

    private static List<URL> urls(List<Path> jars) {
        return jars.stream()
                .map(jar -> {
                    if (!Files.isReadable(jar)) {
                        throw Refusal.usage("--jar " + jar + ": there is no such file, or it may not be read");
                    }
                    try {
                        return jar.toUri().toURL();
                    } catch (MalformedURLException e) {
                        throw new IllegalStateException(e);
                    }
                })
                .toList();
    }

    /**
     * @param name of an example or of a class
     */
    Method main(String name) {
        Class<?> type = example(name).<Class<?>>map(Examples.Example::main).orElseGet(() -> load(name));
        try {
            Method main = type.getMethod("main", String[].class);
            main.setAccessible(true); // the class may well not be public
            if (Modifier.isStatic(main.getModifiers())) {
                return main;
            }
        } catch (NoSuchMethodException _) {
            throw noMain(name);
        }
        throw noMain(name);
    }

    private static Refusal noMain(String name) {
        return Refusal.usage(name + " has no method `public static void main(String[])`");
    }

    private static Optional<Examples.Example> example(String name) {
        return Examples.all().stream().filter(example -> example.name().equals(name)).findFirst();
    }

    private Class<?> load(String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException _) {
            List<String> known = Examples.all().stream().map(Examples.Example::name).toList();
            String hint =
                    Nearest.of(name, known)
                            .map(near -> "; did you mean '" + near + "'?")
                            .orElse("; `capstan run --list` lists examples, --jar adds classes");
            throw Refusal.usage("there is no example and no class '" + name + "'" + hint);
        } catch (LinkageError e) {
            throw Refusal.usage("the class " + name + " cannot be loaded: " + e);
        }
    }
}
