package dev.capstan.kernel.serialization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.config.ConfigException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;

class SerializerFactoryTest {
    @TempDir Path directory;

    /** Makes one that is told from those of the engine. */
    public static class Plain implements SerializerFactory {
        static final Serializer MADE = new JavaSerializer();

        @Override
        public String name() {
            return "plain";
        }

        @Override
        public Serializer create() {
            return MADE;
        }
    }

    /** Takes the same name. */
    public static final class PlainToo extends Plain {}

    /** Cannot make any. */
    public static final class Sour implements SerializerFactory {
        @Override
        public String name() {
            return "sour";
        }

        @Override
        public Serializer create() {
            throw new IllegalStateException("no licence");
        }
    }

    private Serializer chosen(String name, String... factories) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(SerializerFactory.class.getName()), String.join("\n", factories));
        try (var loader = new URLClassLoader(new URL[] {directory.toUri().toURL()}, Plain.class.getClassLoader())) {
            return SerializationSettings.from(key -> key.equals("capstan.serializer") ? name : "", loader).data();
        }
    }

    @Test
    void aSerializerOnTheClassPathIsChosenByItsName() throws IOException {
        assertThat(chosen("plain", Plain.class.getName(), Sour.class.getName())).isSameAs(Plain.MADE);
    }

    @Test
    void anUnknownNameIsAnsweredWithThoseThatThereAre() {
        assertThatThrownBy(() -> chosen("kryo", Sour.class.getName(), Plain.class.getName()))
                .isInstanceOf(ConfigException.class)
                .hasMessage(
                        "capstan.serializer is 'kryo': there is no such serializer, and no such class on the class"
                                + " path; it takes compact, java, plain, sour, or the name of a class that implements"
                                + " Serializer");
    }

    @Test
    void aNameThatTwoClaimIsRefusedWithBoth() {
        assertThatThrownBy(() -> chosen("plain", Plain.class.getName(), PlainToo.class.getName()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("there are several of that name")
                .hasMessageContaining(Plain.class.getName())
                .hasMessageContaining(PlainToo.class.getName());
    }

    @Test
    void oneThatCannotBeMadeOrListedIsToldWithItsKey() {
        assertThatThrownBy(() -> chosen("sour", Sour.class.getName()))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("capstan.serializer is 'sour'")
                .hasMessageContaining(Sour.class.getName() + " failed with")
                .hasMessageContaining("no licence");
        assertThatThrownBy(() -> chosen("plain", "com.acme.Missing"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("cannot be listed")
                .hasMessageContaining("com.acme.Missing");
    }
}
