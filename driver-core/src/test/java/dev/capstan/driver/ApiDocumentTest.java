package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The tables of {@code docs/api.md} tell all public methods, and only those. */
class ApiDocumentTest {
    private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| .+ \\|.*\\|$");

    @ParameterizedTest
    @ValueSource(classes = {CapstanContext.class, Rdd.class, PairRdd.class, DoubleRdd.class})
    void theTableOfAClassHasAllItsPublicMethods(Class<?> type) throws IOException {
        Set<String> told = told(type);
        Set<String> there = publicMethods(type);
        if (Rdd.class.isAssignableFrom(type) && type != Rdd.class) {
            there.removeAll(publicMethods(Rdd.class)); // the same with a narrower type; the table of Rdd tells them
        }
        Set<String> missing = new TreeSet<>(there);
        missing.removeAll(told);
        Set<String> invented = new TreeSet<>(told);
        invented.removeAll(there);
        assertThat(missing)
                .as(
                        "methods of %s without a row: add `| \\`name\\` | \\`Spark's name\\` or none | how it differs"
                                + " |` to the table under '## %s' in docs/api.md",
                        type.getSimpleName(), type.getSimpleName())
                .isEmpty();
        assertThat(invented)
                .as(
                        "rows under '## %s' in docs/api.md that are no public method of it any more: remove or rename"
                                + " them",
                        type.getSimpleName())
                .isEmpty();
    }

    private static Set<String> publicMethods(Class<?> type) {
        return Arrays.stream(type.getDeclaredMethods())
                .filter(method -> Modifier.isPublic(method.getModifiers()) && !method.isSynthetic())
                .map(Method::getName)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> told(Class<?> type) throws IOException {
        String document = Files.readString(root().resolve("docs/api.md"));
        Matcher section = Pattern.compile("(?ms)^## " + type.getSimpleName() + "$(.*?)(?=^## |\\z)").matcher(document);
        assertThat(section.find()).as("docs/api.md has a section '## %s'", type.getSimpleName()).isTrue();
        return ROW.matcher(section.group(1))
                .results()
                .map(row -> row.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Path root() {
        Path directory = Path.of("").toAbsolutePath();
        while (!Files.exists(directory.resolve("docs/api.md"))) {
            directory = directory.getParent();
            assertThat(directory).as("a folder above this one that has docs/api.md").isNotNull();
        }
        return directory;
    }
}
