package dev.capstan.kernel.serialization;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** One version of an application's jar: classes that are compiled from their source, each in package com.acme. */
final class CompiledClasses {
    private CompiledClasses() {}

    /** A loader of these classes; each source is the declaration of one public class, without package and imports. */
    static ClassLoader of(Path directory, String... declarations) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        try {
            for (String declaration : declarations) {
                String name = declaration.replaceAll("(?s)^.*?\\b(?:class|record|enum) (\\w+).*$", "$1");
                Path file = Files.createDirectories(directory.resolve("com/acme")).resolve(name + ".java");
                Files.writeString(
                        file, "package com.acme; import java.io.*; import java.util.*;\npublic " + declaration + "\n");
            }
            List<Path> sources;
            try (var files = Files.list(directory.resolve("com/acme"))) {
                sources = files.toList();
            }
            boolean compiled =
                    compiler.getTask(
                                    null,
                                    null,
                                    null,
                                    List.of("-proc:none"),
                                    null,
                                    compiler.getStandardFileManager(null, null, null)
                                            .getJavaFileObjectsFromPaths(sources))
                            .call();
            if (!compiled) {
                throw new IllegalArgumentException("does not compile: " + String.join("\n", declarations));
            }
            return loader(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ClassLoader loader(Path directory) throws MalformedURLException {
        return new URLClassLoader(new URL[] {directory.toUri().toURL()}, CompiledClasses.class.getClassLoader());
    }

    /** A new object of a class, made by its only constructor. */
    static Object make(ClassLoader loader, String type, Object... arguments) {
        try {
            return loader.loadClass("com.acme." + type).getConstructors()[0].newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** A constant of an enum. */
    static Object constant(ClassLoader loader, String type, String name) {
        try {
            for (Object constant : loader.loadClass("com.acme." + type).getEnumConstants()) {
                if (((Enum<?>) constant).name().equals(name)) {
                    return constant;
                }
            }
            throw new IllegalArgumentException(name);
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
