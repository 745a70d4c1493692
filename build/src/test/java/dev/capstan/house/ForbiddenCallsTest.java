package dev.capstan.house;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What the compiled code must not use. Logic is a function of its messages: it runs in the simulator as well as in
 * production only as long as it gets time, randomness and everything else of the world from outside.
 *
 * <p>What the compiler can refuse (finalizers, the default locale and charset, what the JDK is about to remove) is left
 * to it.
 */
class ForbiddenCallsTest {
    /** Packages, with those below them, that hold nothing but logic, and single classes beside others. */
    private static final List<String> LOGIC =
            List.of(
                    "dev.capstan.devcluster.mesos.agent",
                    "dev.capstan.devcluster.mesos.master",
                    "dev.capstan.backend.mesos.AgentFailures",
                    "dev.capstan.backend.mesos.CoarseExecutors",
                    "dev.capstan.driver.backend.fixed",
                    "dev.capstan.driver.dag",
                    "dev.capstan.driver.scheduling",
                    "dev.capstan.executor.logic",
                    "dev.capstan.mesos.constraint",
                    "dev.capstan.mesos.executor.MesosExecutor",
                    "dev.capstan.mesos.resource",
                    "dev.capstan.mesos.scheduler");

    private static final String TIME = "take the time from the message: on(message, nowNanos)";
    private static final String CHANCE = "take randomness from the seeded source that is passed in";
    private static final String THREAD = "logic has no thread; return an effect and let the shell do it";
    private static final String WORLD = "logic does not touch the world; return a Perform effect";
    private static final String SETTINGS = "take settings as arguments; they are read once, at the edge";

    private static final List<Ban> IN_LOGIC =
            List.of(
                    new Ban("java.time.*.now(*", TIME),
                    new Ban("java.time.Clock", TIME),
                    new Ban("java.lang.System.nanoTime(*", TIME),
                    new Ban("java.lang.System.currentTimeMillis(*", TIME),
                    new Ban("java.lang.Math.random(*", CHANCE),
                    new Ban("java.util.Random.<init>()V", CHANCE),
                    new Ban("java.util.SplittableRandom.<init>()V", CHANCE),
                    new Ban("java.util.Collections.shuffle(Ljava/util/List;)V", CHANCE),
                    new Ban("java.util.UUID.randomUUID(*", CHANCE),
                    new Ban("java.util.concurrent.ThreadLocalRandom", CHANCE),
                    new Ban("java.security.SecureRandom", CHANCE),
                    new Ban("java.lang.Thread*", THREAD),
                    new Ban("java.util.Timer", THREAD),
                    new Ban("java.util.concurrent.*Future*", THREAD),
                    new Ban("java.util.concurrent.Executor*", THREAD),
                    new Ban("java.util.concurrent.locks.*", THREAD),
                    new Ban("dev.capstan.kernel.actor.ActorLoop", THREAD),
                    new Ban("java.lang.System.getProperty(*", SETTINGS),
                    new Ban("java.lang.System.getenv(*", SETTINGS),
                    new Ban("java.lang.System.exit(*", WORLD),
                    new Ban("java.lang.Runtime", WORLD),
                    new Ban("java.lang.ProcessBuilder", WORLD),
                    new Ban("java.io.File*", WORLD),
                    new Ban("java.net.*", WORLD),
                    new Ban("java.nio.file.*", WORLD),
                    new Ban("java.nio.channels.*", WORLD));

    /** Modules that speak to whoever started them. */
    private static final List<String> MAY_PRINT = List.of("launcher", "examples", "bench");

    /** The package of the driver that shows people what their jobs do. */
    private static final String CONSOLE = "dev.capstan.driver.console";

    /** The process of an executor, which tells whoever starts it why it cannot even log. */
    private static final String PROCESS = "dev.capstan.executor.live";

    private static final String PRINT = "log it; only " + MAY_PRINT + ", " + CONSOLE + " and " + PROCESS + " print";

    private static final List<Ban> IN_QUIET_MODULES =
            List.of(
                    new Ban("java.lang.System.out", PRINT),
                    new Ban("java.lang.System.err", PRINT),
                    new Ban("java.lang.IO", PRINT));

    @Test
    void logicUsesNothingThatTheSimulatorCannotGive() {
        assertThat(usesInLogic(Repository.mainClasses())).isEmpty();
    }

    @Test
    void onlyModulesThatSpeakToTheirCallerPrint() {
        assertThat(prints(Repository.mainClasses())).isEmpty();
    }

    @Test
    void logicThatReadsTheClockIsFound() {
        assertThat(usesInLogic(List.of(asLogic(ReadsTheClock.class))))
                .containsExactly(
                        "dev.capstan.driver.dag.Sample uses java.time.Instant.now()Ljava/time/Instant;: " + TIME,
                        "dev.capstan.driver.dag.Sample uses java.lang.System.nanoTime()J: " + TIME);
    }

    @Test
    void logicThatDrawsAnUnseededNumberIsFound() {
        assertThat(usesInLogic(List.of(asLogic(DrawsNumbers.class))))
                .containsExactly("dev.capstan.driver.dag.Sample uses java.util.Random.<init>()V: " + CHANCE);
    }

    @Test
    void logicWithThreadsOrLocksIsFound() {
        assertThat(usesInLogic(List.of(asLogic(WaitsForOthers.class))))
                .contains(
                        "dev.capstan.driver.dag.Sample uses java.lang.Thread: " + THREAD,
                        "dev.capstan.driver.dag.Sample uses java.util.concurrent.CompletableFuture: " + THREAD,
                        "dev.capstan.driver.dag.Sample uses synchronized: " + THREAD);
    }

    @Test
    void aPrintOutsideTheSpeakingModulesIsFound() {
        assertThat(prints(List.of(asLogic(Prints.class))))
                .containsExactly("dev.capstan.driver.dag.Sample uses java.lang.System.out: " + PRINT);
    }

    private static List<String> usesInLogic(List<CompiledClass> classes) {
        return classes.stream()
                .filter(logic -> LOGIC.stream().anyMatch(each -> logic.isIn(each) || logic.belongsTo(each)))
                .flatMap(logic -> Stream.concat(uses(logic, IN_LOGIC), monitors(logic)))
                .toList();
    }

    private static Stream<String> monitors(CompiledClass logic) {
        return logic.synchronizes() ? Stream.of(logic.name() + " uses synchronized: " + THREAD) : Stream.empty();
    }

    private static List<String> prints(List<CompiledClass> classes) {
        return classes.stream()
                .filter(quiet -> !MAY_PRINT.contains(quiet.module()) && !quiet.isIn(CONSOLE) && !quiet.isIn(PROCESS))
                .flatMap(quiet -> uses(quiet, IN_QUIET_MODULES))
                .toList();
    }

    private static Stream<String> uses(CompiledClass user, List<Ban> bans) {
        return bans.stream()
                .flatMap(ban ->
                        Stream.concat(user.types().stream(), user.members().stream())
                                .filter(used -> ban.pattern.matcher(used).matches())
                                .map(used -> user.name() + " uses " + used + ": " + ban.remedy));
    }

    /** What must not be used: types or members whose names fit a pattern in which {@code *} stands for anything. */
    private record Ban(Pattern pattern, String remedy) {
        Ban(String names, String remedy) {
            this(Pattern.compile("\\Q" + names.replace("*", "\\E.*\\Q") + "\\E"), remedy);
        }
    }

    private static CompiledClass asLogic(Class<?> sample) {
        String file = sample.getName().substring(sample.getPackageName().length() + 1) + ".class";
        try (InputStream in = Objects.requireNonNull(sample.getResourceAsStream(file))) {
            CompiledClass read = CompiledClass.of("driver-core", in.readAllBytes());
            return new CompiledClass(
                    read.module(), "dev.capstan.driver.dag.Sample", read.types(), read.members(), read.synchronizes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record ReadsTheClock(Supplier<Instant> start) {
        ReadsTheClock() {
            this(Instant::now);
        }

        long elapsed() {
            return System.nanoTime();
        }
    }

    record DrawsNumbers(Random seeded, Random unseeded) {
        DrawsNumbers() {
            this(new Random(1), new Random());
        }
    }

    record WaitsForOthers(CompletableFuture<String> answer) {
        void run() {
            synchronized (answer) {
                Thread.ofVirtual().start(() -> answer.complete("done"));
            }
        }
    }

    record Prints(String text) {
        void print() {
            System.out.println(text);
        }
    }
}
