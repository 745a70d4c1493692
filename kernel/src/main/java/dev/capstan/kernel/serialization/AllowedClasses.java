package dev.capstan.kernel.serialization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The classes whose objects may be made of bytes. Names only: a class that is refused is not even loaded.
 *
 * <p>A pattern is a class with those nested in it ({@code com.acme.Order}), the classes of a package ({@code
 * com.acme.*}) or those of the packages below it besides ({@code com.acme.**}). The values of the JDK, its collections
 * and what the engine itself sends are always allowed. A lambda counts as the class in which it is written.
 */
public final class AllowedClasses {
    public static final String KEY = "capstan.serialization.allow";

    private static final String FORM = "[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}_$][\\p{L}\\p{N}_$]*)*(\\.\\*\\*?)?";

    private static final List<String> ALWAYS =
            List.of(
                    "java.lang.*",
                    "java.lang.invoke.SerializedLambda",
                    "java.math.*",
                    "java.net.URI",
                    "java.time.*",
                    "java.time.chrono.*",
                    "java.util.*",
                    "java.util.concurrent.*",
                    "java.util.concurrent.atomic.*",
                    "java.util.concurrent.locks.*",
                    "dev.capstan.driver.**",
                    "dev.capstan.engine.**",
                    "dev.capstan.kernel.serialization.EmbeddedData",
                    "dev.capstan.kernel.serialization.JavaSerializer");

    /** All classes. */
    public static final AllowedClasses ALL = new AllowedClasses(List.of());

    private final Set<String> classes = new HashSet<>();
    private final Set<String> packages = new HashSet<>();
    private final List<String> roots = new ArrayList<>();
    private final boolean everything;

    private AllowedClasses(List<String> patterns) {
        everything = patterns.isEmpty();
        patterns.forEach(this::add);
        ALWAYS.forEach(this::add);
    }

    private void add(String pattern) {
        if (!pattern.matches(FORM)) {
            throw new IllegalArgumentException(
                    "'" + pattern + "' is no pattern of classes: it is like com.acme.Order, com.acme.* or com.acme.**");
        }
        if (pattern.endsWith(".**")) {
            roots.add(pattern.substring(0, pattern.length() - 2));
        } else if (pattern.endsWith(".*")) {
            packages.add(pattern.substring(0, pattern.length() - 2));
        } else {
            classes.add(pattern);
        }
    }

    /**
     * Those of the patterns; all classes if there are none.
     *
     * @param patterns separated by commas
     * @throws IllegalArgumentException when one of them is no pattern
     */
    public static AllowedClasses of(String patterns) {
        List<String> all =
                Arrays.stream(patterns.split(",")).map(String::strip).filter(pattern -> !pattern.isEmpty()).toList();
        return all.isEmpty() ? ALL : new AllowedClasses(all);
    }

    /** Whether some class may be refused. */
    boolean restricts() {
        return !everything;
    }

    /**
     * @param name as {@link Class#getName} gives it; of an array it is that of its elements which counts
     * @throws ClassNotAllowedException when it may not be read
     */
    void require(String name) {
        if (!everything && !allows(name)) {
            throw new ClassNotAllowedException(elementOf(name));
        }
    }

    private boolean allows(String name) {
        String element = elementOf(name);
        if (element.isEmpty() || Class.forPrimitiveName(element) != null) {
            return true;
        }
        int nested = element.indexOf('$', element.lastIndexOf('.') + 2);
        String outermost = nested < 0 ? element : element.substring(0, nested);
        return classes.contains(element)
                || classes.contains(outermost)
                || packages.contains(packageOf(element))
                || roots.stream().anyMatch(element::startsWith);
    }

    /** Empty for an array of primitives. */
    private static String elementOf(String name) {
        int dimensions = name.lastIndexOf('[') + 1;
        if (dimensions == 0) {
            return name;
        }
        return name.endsWith(";") && name.startsWith("L", dimensions)
                ? name.substring(dimensions + 1, name.length() - 1)
                : "";
    }

    static String packageOf(String name) {
        return name.substring(0, Math.max(0, name.lastIndexOf('.')));
    }
}
