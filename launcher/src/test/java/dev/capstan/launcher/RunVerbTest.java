package dev.capstan.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;
import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.driver.CapstanContext;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.tools.ToolProvider;

@Tag("live")
class RunVerbTest {
    private static final String MALFORMED =
            " local, local[N], local[*], local[N,F] (N cores, * all of them; a task may fail F times)";

    private final PrintStream before = System.out;
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void watchThePrograms() {
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void leaveNothingBehind() {
        System.setOut(before);
        leaveNoSettings();
    }

    private static void leaveNoSettings() {
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith("capstan."))
                .forEach(System::clearProperty);
    }

    @Test
    void anExampleRunsByName() {
        assertThat(run("run", "--master", "local[2]", "letters", "Ann", "Bob", "Ann", "Amy")).isZero();
        assertThat(printed()).isEqualTo("A: 2\nB: 1\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aMasterThatCannotBeReachedIsToldInOneLineAndByItsOwnExitCode() {
        assertThat(
                        run(
                                "run",
                                "--master",
                                "mesos://127.0.0.1:1",
                                "--conf",
                                "capstan.mesos.connectTimeout=1s",
                                "--conf",
                                "capstan.driver.host=127.0.0.1",
                                "letters",
                                "Ann"))
                .isEqualTo(3);
        assertThat(err.toString())
                .isEqualTo(
                        "capstan: no Mesos master has taken this framework within 1 s; the last attempt: 127.0.0.1:1:"
                                + " nothing listens there\n");
    }

    @Test
    void theMasterUrlMesosWithoutItsSettingIsUsage() {
        assertThat(run("run", "--master", "mesos", "letters", "Ann")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo("capstan: the master URL 'mesos' needs capstan.mesos.master to say where the masters are\n");
    }

    @Test
    void aClusterThatRefusesTheProgramIsToldByItsOwnExitCodeAndInItsOwnWords() {
        ClusterSpec spec =
                ClusterSpec.agents(1, 1, 512)
                        .withCredentials(Map.of("me", "secret"))
                        .withMaster(MasterConfig.defaults().toBuilder().roles(List.of("dev")).build());
        try (var cluster = MesosDevCluster.start(spec)) {
            assertThat(onMesos(cluster)).isEqualTo(4);
            assertThat(err.toString())
                    .isEqualTo(
                            "capstan: the master at "
                                    + cluster.masterAddress()
                                    + " asks for credentials, and none are given\n");
            assertThat(onMesos(cluster, "capstan.mesos.principal=me", "capstan.mesos.secret=wrong")).isEqualTo(4);
            assertThat(err.toString()).contains("does not accept the credentials of me\n").doesNotContain("\tat ");
            assertThat(
                            onMesos(
                                    cluster,
                                    "capstan.mesos.principal=me",
                                    "capstan.mesos.secret=secret",
                                    "capstan.mesos.role=other"))
                    .isEqualTo(4);
            assertThat(err.toString())
                    .contains("capstan: the master refuses this framework: ", "other")
                    .doesNotContain("\tat ");
        }
    }

    private int onMesos(MesosDevCluster cluster, String... settings) {
        err.getBuffer().setLength(0);
        List<String> arguments = new ArrayList<>(List.of("run", "--master", "mesos://" + cluster.masterAddress()));
        arguments.addAll(List.of("--conf", "capstan.driver.host=127.0.0.1"));
        for (String setting : settings) {
            arguments.addAll(List.of("--conf", setting));
        }
        arguments.addAll(List.of("letters", "Ann"));
        int code = run(arguments.toArray(String[]::new));
        leaveNoSettings();
        return code;
    }

    @Test
    void anExampleThatCannotUseItsArgumentsSaysSoInOneLine() {
        assertThat(run("run", "pi", "1e6")).isEqualTo(2);
        assertThat(err.toString())
                .isEqualTo(
                        "capstan: usage: pi [DARTS]; a whole number from 1 to 1,000,000,000,000 is wanted, not"
                                + " '1e6'\n");
    }

    @Test
    void aClassRunsByNameAndFindsItsSettings() {
        assertThat(
                        run(
                                "run",
                                "--conf",
                                "capstan.default.parallelism=7",
                                "--name",
                                "mine",
                                Settings.class.getName(),
                                "--its",
                                "own"))
                .isZero();
        assertThat(printed()).isEqualTo("mine 7 [--its, own]\n");
    }

    @Test
    void aClassOfAJarRuns(@TempDir Path directory) throws Exception {
        Path source =
                Files.writeString(
                        directory.resolve("Greeting.java"),
                        """
                        public class Greeting {
                            record Name(String text) implements java.io.Serializable {}
                            public static void main(String[] arguments) {
                                try (var capstan = dev.capstan.driver.CapstanContext.create("local[2]")) {
                                    System.out.println(capstan.parallelize(java.util.List.of("you", "me"))
                                            .map(Name::new).map(name -> "hello " + name.text()).collect());
                                }
                            }
                        }
                        """);
        int compiled =
                ToolProvider.getSystemJavaCompiler()
                        .run(null, null, null, "-cp", System.getProperty("java.class.path"), source.toString());
        assertThat(compiled).isZero();
        assertThat(run("run", "--jar", directory.toString(), "Greeting")).as(err.toString()).isZero();
        assertThat(printed()).isEqualTo("[hello you, hello me]\n");
    }

    @Test
    void aSourceFileRunsOnExecutorProcesses(@TempDir Path directory) throws Exception {
        Path source =
                Files.writeString(
                        directory.resolve("Greeting.java"),
                        """
                        public class Greeting {
                            record Name(String text) implements java.io.Serializable {}
                            public static void main(String[] arguments) {
                                try (var capstan = dev.capstan.driver.CapstanContext.create()) {
                                    System.out.println(capstan.parallelize(java.util.List.of("you", "me"), 2)
                                            .map(Name::new).map(name -> "hello " + name.text()).collect());
                                }
                            }
                        }
                        """);
        assertThat(run("run", "--master", "local-cluster[2,1,64]", source.toString())).as(err.toString()).isZero();
        assertThat(printed()).isEqualTo("[hello you, hello me]\n");
        assertThat(run("run", "--master", "local-cluster[2,1,64]", "letters", "Ann", "Bob")).isZero();
        assertThat(printed()).endsWith("A: 1\nB: 1\n");
    }

    /** Each of the two classes is one that we use ourselves, in the program's version with another method. */
    @ParameterizedTest
    @ValueSource(strings = {"local[2]", "local-cluster[1,1,64]"})
    void aProgramMayBringItsOwnVersionsOfTheLibrariesThatWeUse(String master, @TempDir Path directory)
            throws Exception {
        Path sources = Files.createDirectory(directory.resolve("sources"));
        Path classes = Files.createDirectory(directory.resolve("classes"));
        Path netty = Files.writeString(sources.resolve("ByteBuf.java"), ownVersion("io.netty.buffer", "ByteBuf"));
        Path protobuf =
                Files.writeString(sources.resolve("ByteString.java"), ownVersion("com.google.protobuf", "ByteString"));
        Path program =
                Files.writeString(
                        sources.resolve("Own.java"),
                        """
                        public class Own {
                            public static void main(String[] arguments) {
                                try (var capstan = dev.capstan.driver.CapstanContext.create()) {
                                    String here = io.netty.buffer.ByteBuf.own();
                                    System.out.println(capstan.parallelize(java.util.List.of(here))
                                            .map(text -> text + " " + com.google.protobuf.ByteString.own()
                                                    + " " + io.netty.buffer.ByteBuf.own())
                                            .collect());
                                }
                            }
                        }
                        """);
        String path = classes + File.pathSeparator + System.getProperty("java.class.path");
        String[] options = {"-d", classes.toString(), "-cp", path};
        for (Path source : List.of(netty, protobuf, program)) {
            List<String> all = new ArrayList<>(List.of(options));
            all.add(source.toString());
            int code = ToolProvider.getSystemJavaCompiler().run(null, null, null, all.toArray(String[]::new));
            assertThat(code).isZero();
        }
        Path jar = directory.resolve("own.jar");
        int packed =
                java.util.spi.ToolProvider.findFirst("jar")
                        .orElseThrow()
                        .run(System.out, System.err, "cf", jar.toString(), "-C", classes.toString(), ".");
        assertThat(packed).isZero();
        assertThat(run("run", "--master", master, "--jar", jar.toString(), "Own")).as(err.toString()).isZero();
        assertThat(printed()).isEqualTo("[my ByteBuf my ByteString my ByteBuf]\n");
    }

    private static String ownVersion(String inPackage, String name) {
        return "package "
                + inPackage
                + "; public class "
                + name
                + " { public static String own() { return \"my "
                + name
                + "\"; } }";
    }

    @Test
    void theProgramOfTheReadmeRunsAsItStands(@TempDir Path directory) throws Exception {
        String readme = Files.readString(Path.of("..", "README.md"));
        Matcher program = Pattern.compile("(?s)```java\n(.*?)```").matcher(readme);
        assertThat(program.find()).isTrue();
        Path source = Files.writeString(directory.resolve("WordCount.java"), program.group(1));
        Path text = Files.writeString(directory.resolve("text"), "to be or not to be\n");
        assertThat(run("run", "--master", "local[2]", source.toString(), text.toString())).as(err.toString()).isZero();
        assertThat(printed().lines()).containsExactlyInAnyOrder("(to, 2)", "(be, 2)", "(or, 1)", "(not, 1)");
    }

    @Test
    void aSourceThatDoesNotCompileIsShownWithItsErrors(@TempDir Path directory) throws Exception {
        Path source = Files.writeString(directory.resolve("Wrong.java"), "class Wrong { int x = true; }");
        assertThat(run("run", source.toString())).isEqualTo(1);
        assertThat(err.toString()).startsWith("capstan: " + source + " does not compile\n").contains("boolean");
    }

    @Test
    void aProgramsExceptionIsToldInItsOwnWordsFirst() {
        assertThat(run("run", Throws.class.getName())).isEqualTo(1);
        assertThat(err.toString().lines().toList())
                .startsWith("capstan: the program failed: java.lang.IllegalStateException: it does not add up")
                .hasSizeLessThan(10);
    }

    @Test
    void aFunctionThatThrowsIsToldWithTheUsersFrames() {
        assertThat(run("run", "--master", "local[2]", FailsInATask.class.getName())).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("capstan: the program failed: ")
                .contains("ArithmeticException: / by zero", "RunVerbTest.java")
                .doesNotContain("dev.capstan.engine.", "jdk.internal.reflect");
        assertThat(err.toString().lines()).hasSizeLessThan(25);
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertThat(run("run", "--master", "local", "wordcount", "/no/such/file")).isEqualTo(1);
        assertThat(err.toString())
                .contains("there is no file or directory /no/such/file", "at dev.capstan.examples.WordCount.main")
                .doesNotContain("java.base");
    }

    @Test
    void theClassesOfAProgramThatWasKilledAreRemovedByTheNext(@TempDir Path directory) throws Exception {
        Path left = Files.createTempDirectory("capstan-1234567-1-");
        Files.writeString(left.resolve("owner"), "a process that was killed");
        Files.createDirectories(left.resolve("org/example"));
        Files.writeString(left.resolve("org/example/Killed.class"), "");
        Path source = Files.writeString(directory.resolve("Wrong.java"), "class Wrong { int x = true; }");
        var toOthers = new ArrayList<String>();
        Logger.getLogger("").addHandler(listener(toOthers));
        assertThat(run("run", source.toString())).isEqualTo(1);
        assertThat(left).doesNotExist();
        assertThat(toOthers).as("what was logged before logging was set up").isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    run wordcuont                     | there is no example and no class 'wordcuont'; did you mean 'wordcount'?
                    run nothing.like.it               | there is no example and no class 'nothing.like.it'; `capstan run --list` lists examples, --jar adds classes
                    run                               | run takes the name of an example or of a class; `capstan run --list` lists examples
                    run java.lang.String              | java.lang.String has no method `public static void main(String[])`
                    run --jar no.jar A                | --jar no.jar: there is no such file, or it may not be read
                    run pi --master local             | options stand before the program: capstan run --master ... pi ...
                    run --conf a=b pi                 | there is no key 'a' (--conf); 'capstan conf' lists all keys
                    run --conf capstan.task.maxFailures=zero pi | capstan.task.maxFailures (--conf): 'zero' is not a whole number
                    run --master local[0] pi          | the master URL 'local[0]' asks for 0 cores; from 1 to 10000 are possible
                    run --mastr local pi              | Unknown option: '--mastr'; did you mean '--master'?
                    run Gone.java                     | there is no file Gone.java, or it may not be read
                    dmeo                              | there is no verb 'dmeo'; did you mean 'demo'?
                    """)
    void whatCannotBeRunIsRefusedInOneLine(String line, String why) {
        assertThat(run(line.split(" "))).isEqualTo(2);
        assertThat(err.toString()).isEqualTo("capstan: " + why + "\n");
    }

    @Test
    void aMasterThatCannotBeUsedIsRefusedBeforeTheProgramRuns() {
        assertThat(run("run", "--master", "local[x]", Throws.class.getName())).isEqualTo(2);
        assertThat(run("run", "--master", "nowhere://x", Throws.class.getName())).isEqualTo(2);
        assertThat(err.toString().lines())
                .startsWith("capstan: the master URL 'local[x]' is malformed; write" + MALFORMED)
                .anyMatch(
                        line -> line.startsWith("capstan: no backend takes the master URL 'nowhere://x'; known are:"));
        assertThat(err.toString()).contains(" local, local[N]", "local-cluster[N,C,M]");
    }

    @Test
    void theExamplesAreListed() {
        assertThat(run("run", "--list")).isZero();
        assertThat(out.toString()).contains("wordcount [FILE]", "letters");
    }

    @Test
    void theProgramSeesItsOwnClassLoader(@TempDir Path directory) {
        assertThat(run("run", "--jar", directory.toString(), Loader.class.getName())).isZero();
        assertThat(printed()).isEqualTo("false\n"); // a class of ours is found by our own loader
        assertThat(Thread.currentThread().getContextClassLoader()).isNotInstanceOf(URLClassLoader.class);
    }

    private int run(String... arguments) {
        return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    static final class Settings {
        private Settings() {}

        public static void main(String[] arguments) {
            try (var capstan = CapstanContext.create()) {
                System.out.println(
                        System.getProperty("capstan.app.name")
                                + " "
                                + capstan.defaultParallelism()
                                + " "
                                + List.of(arguments));
            }
        }
    }

    static final class Throws {
        private Throws() {}

        public static void main(String[] arguments) {
            throw new IllegalStateException("it does not add up");
        }
    }

    static final class FailsInATask {
        private FailsInATask() {}

        public static void main(String[] arguments) {
            try (var capstan = CapstanContext.create()) {
                capstan.range(10).map(number -> 100 / (number - 5)).collect();
            }
        }
    }

    static final class Loader {
        private Loader() {}

        public static void main(String[] arguments) {
            System.out.println(Thread.currentThread().getContextClassLoader() instanceof URLClassLoader);
        }
    }

    private static Handler listener(List<String> heard) {
        return new Handler() {
            @Override
            public void publish(LogRecord entry) {
                heard.add(entry.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
    }
}
