package dev.capstan.launcher;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

@Command(
        name = "version",
        description = "Prints the versions of Capstan and of the JVM it runs on.",
        footer = {"", "Example: capstan version --json"})
final class VersionVerb implements Runnable {
    @Spec private CommandSpec spec;

    @Option(names = "--json", description = "Prints one JSON object.")
    private boolean json;

    @Override
    public void run() {
        String jvm = System.getProperty("java.vm.name") + " " + Runtime.version();
        String form = json ? "{\"name\": \"Capstan\", \"version\": \"%s\", \"jvm\": \"%s\"}" : "Capstan %s on %s";
        spec.commandLine().getOut().println(form.formatted(version(), jvm));
    }

    private static String version() {
        try (InputStream in = VersionVerb.class.getResourceAsStream("version.properties")) {
            var properties = new Properties();
            properties.load(in);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
