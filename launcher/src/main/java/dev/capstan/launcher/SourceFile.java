package dev.capstan.launcher;

import dev.capstan.kernel.file.PrivateDirectory;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A program that is one file of Java source, compiled before it runs.
 *
 * @param classes where its classes lie, until the JVM ends
 * @param name of the class that the file is named after
 */
record SourceFile(Path classes, String name) {
    private static final String JAVA = ".java";
    private static final String CLASS = ".class";

    static boolean isOne(String program) {
        return program.endsWith(JAVA);
    }

    /**
     * @param jars that it may use besides Capstan
     */
    static SourceFile compile(Path source, List<Path> jars) {
        if (!Files.isReadable(source)) {
            throw Refusal.usage("there is no file " + source + ", or it may not be read");
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw Refusal.usage("compiling " + source + " needs a JDK; this is a Java runtime without a compiler");
        }
        try {
            Path root = Path.of(System.getProperty("java.io.tmpdir"));
            PrivateDirectory.sweep(root); // what programs that were killed have left
            PrivateDirectory directory = PrivateDirectory.in(root);
            Runtime.getRuntime().addShutdownHook(new Thread(directory::close));
            Path classes = directory.path();
            compile(compiler, source, classes, jars);
            return new SourceFile(classes, mainClass(source, classes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void compile(JavaCompiler compiler, Path source, Path classes, List<Path> jars) throws IOException {
        String path = System.getProperty("java.class.path");
        for (Path jar : jars) {
            path += File.pathSeparator + jar;
        }
        var said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-g", "-d", classes.toString(), "-cp", path, "-proc:none");
            if (!compiler.getTask(said, files, null, options, null, files.getJavaFileObjects(source)).call()) {
                throw new Refusal(ExitCode.FAILED, source + " does not compile\n" + said.toString().stripTrailing());
            }
        }
    }

    private static String mainClass(Path source, Path classes) throws IOException {
        String file = source.getFileName().toString().replace(JAVA, CLASS);
        try (Stream<Path> all = Files.walk(classes)) {
            return all.filter(path -> path.endsWith(file))
                    .map(path -> classes.relativize(path).toString())
                    .map(path -> path.substring(0, path.length() - CLASS.length()).replace(File.separator, "."))
                    .findFirst()
                    .orElseThrow(() -> Refusal.usage(source + " has no class that is named like the file"));
        }
    }
}
