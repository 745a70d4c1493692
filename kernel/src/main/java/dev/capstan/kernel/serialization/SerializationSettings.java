package dev.capstan.kernel.serialization;

import dev.capstan.kernel.config.ConfigException;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.config.ConfigType;

import org.jspecify.annotations.Nullable;

import java.lang.reflect.InvocationTargetException;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How an application's objects become bytes; the same in its driver and its executors.
 *
 * @param data for elements, results and broadcast values
 * @param functions for functions and what they capture
 */
public record SerializationSettings(Serializer data, JavaSerializer functions) {
    private static final String COMPACT = "compact";
    private static final String JAVA = "java";

    private static final ConfigKey<String> SERIALIZER =
            ConfigKey.of(
                    "capstan.serializer",
                    ConfigType.TEXT,
                    COMPACT,
                    "How elements, results and broadcast values become bytes: compact, java, the name of one that a"
                            + " SerializerFactory on the class path makes, or the name of a class of yours that"
                            + " implements Serializer and has a constructor without arguments.");
    private static final ConfigKey<AllowedClasses> ALLOW =
            ConfigKey.of(
                    AllowedClasses.KEY,
                    new ConfigType<>("class patterns", AllowedClasses::of),
                    "",
                    "Classes that may travel besides the values and collections of the JDK, separated by commas:"
                            + " com.acme.Order, com.acme.* or com.acme.** with the packages below; empty allows all.");

    public static List<ConfigKey<?>> keys() {
        return List.of(SERIALIZER, ALLOW);
    }

    /** The compact serializer, and all classes allowed. */
    public static SerializationSettings defaults() {
        return of(COMPACT, AllowedClasses.ALL, SerializationSettings.class.getClassLoader());
    }

    /**
     * @param text the value of a key, as it was written
     * @param loader finds the application's own serializer
     * @throws ConfigException when the serializer cannot be made
     */
    public static SerializationSettings from(Function<String, String> text, ClassLoader loader) {
        return of(
                SERIALIZER.type().parser().apply(text.apply(SERIALIZER.name())),
                ALLOW.type().parser().apply(text.apply(ALLOW.name())),
                loader);
    }

    private static SerializationSettings of(String serializer, AllowedClasses allowed, ClassLoader loader) {
        Serializer data =
                switch (serializer.strip()) {
                    case COMPACT -> new CompactSerializer(allowed);
                    case JAVA -> new JavaSerializer(allowed);
                    case String name -> named(name, loader);
                };
        return new SerializationSettings(data, new JavaSerializer(allowed));
    }

    /** One of a factory, or of a class of that name. */
    private static Serializer named(String name, ClassLoader loader) {
        List<SerializerFactory> factories = factories(name, loader);
        List<SerializerFactory> matching = factories.stream().filter(factory -> factory.name().equals(name)).toList();
        if (matching.size() > 1) {
            throw refused(name, "there are several of that name: " + classes(matching), factories, null);
        }
        return matching.isEmpty() ? own(name, factories, loader) : made(name, matching.getFirst(), factories);
    }

    private static List<SerializerFactory> factories(String name, ClassLoader loader) {
        try {
            return ServiceLoader.load(SerializerFactory.class, loader).stream()
                    .map(ServiceLoader.Provider::get)
                    .sorted(Comparator.comparing(SerializerFactory::name))
                    .toList();
        } catch (ServiceConfigurationError e) {
            throw refused(name, "the serializers on the class path cannot be listed: " + e.getMessage(), List.of(), e);
        }
    }

    private static String classes(List<SerializerFactory> factories) {
        return factories.stream().map(factory -> factory.getClass().getName()).collect(Collectors.joining(", "));
    }

    private static Serializer made(String name, SerializerFactory factory, List<SerializerFactory> all) {
        try {
            return factory.create();
        } catch (RuntimeException | LinkageError e) {
            throw refused(name, factory.getClass().getName() + " failed with " + e + FailurePlace.of(e), all, e);
        }
    }

    private static Serializer own(String name, List<SerializerFactory> others, ClassLoader loader) {
        try {
            return Class.forName(name, true, loader).asSubclass(Serializer.class).getConstructor().newInstance();
        } catch (ClassNotFoundException | LinkageError e) {
            throw refused(name, "there is no such serializer, and no such class on the class path", others, e);
        } catch (ClassCastException e) {
            throw refused(name, "the class does not implement " + Serializer.class.getName(), others, e);
        } catch (NoSuchMethodException | InstantiationException | IllegalAccessException e) {
            throw refused(name, "it must be a public class with a public constructor without arguments", others, e);
        } catch (InvocationTargetException e) {
            throw refused(
                    name, "its constructor failed with " + e.getCause() + FailurePlace.of(e.getCause()), others, e);
        }
    }

    private static ConfigException refused(
            String name, String reason, List<SerializerFactory> others, @Nullable Throwable cause) {
        String names =
                Stream.concat(Stream.of(COMPACT, JAVA), others.stream().map(SerializerFactory::name))
                        .collect(Collectors.joining(", "));
        var refused =
                new ConfigException(
                        SERIALIZER.name()
                                + " is '"
                                + name
                                + "': "
                                + reason
                                + "; it takes "
                                + names
                                + ", or the name of a class that implements Serializer");
        refused.initCause(cause);
        return refused;
    }
}
