package dev.capstan.devcluster.mesos;

import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The processes that stand where executors stood when a conversation was recorded. Each is started by the agent as that
 * one was; the replay compares how, and makes it end as it did.
 */
final class ReplayedExecutors {
    private static final Duration BOUND = Duration.ofSeconds(15);

    /** What a shell sets for itself, and Python for itself. */
    private static final Set<String> OF_INTERPRETERS = Set.of("PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE");

    /** Not set by us, since there is no such library. */
    private static final String NATIVE = "MESOS_NATIVE_";

    private static final String TOKEN = "MESOS_EXECUTOR_AUTHENTICATION_TOKEN";

    private final Likeness likeness;
    private final Map<String, Path> sandboxes = new HashMap<>();
    private final Set<Path> seen = new HashSet<>();
    private String latest = "";

    ReplayedExecutors(Likeness likeness, Path files) {
        this.likeness = likeness;
        likeness.learn("<work_dir>", files.toString());
        likeness.learn("<python>", "/usr");
        likeness.learn("<python>/bin/python3", "/bin/sh");
        likeness.learn("exec python3 ", "exec /bin/sh ");
        likeness.learn("<dir>/executor.py", script());
    }

    private static String script() {
        try {
            return Path.of(Objects.requireNonNull(ReplayedExecutors.class.getResource("/executor.sh")).toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Awaits that an executor has started where the other had, and compares with what it was given. */
    void started(String who, Map<String, @Nullable Object> entry) throws IOException {
        Path recorded = Path.of(Json.text(entry, "cwd"));
        Path runs = Path.of(likeness.mapped(String.valueOf(recorded.getParent())));
        List<Path> found = new ArrayList<>();
        if (!Await.until(() -> found.addAll(started(runs)), BOUND)) {
            likeness.differs(who, "starts in " + runs, "nothing there");
            return;
        }
        Path sandbox = found.getFirst();
        seen.add(sandbox);
        sandboxes.put(who, sandbox);
        latest = who;
        likeness.learn(String.valueOf(recorded.getFileName()), String.valueOf(sandbox.getFileName()));
        compareEnvironment(who, entry, sandbox);
        List<?> arguments = (List<?>) Objects.requireNonNull(entry.get("argv"));
        likeness.compare(who, ".argv", List.copyOf(arguments), Files.readAllLines(sandbox.resolve("arguments")));
    }

    /** The sandboxes that are new. */
    private List<Path> started(Path runs) {
        if (!Files.isDirectory(runs)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(runs)) {
            return all.filter(each -> !seen.contains(each) && Files.exists(each.resolve("environment"))).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void compareEnvironment(String who, Map<String, @Nullable Object> entry, Path sandbox) throws IOException {
        Map<String, String> ours = new TreeMap<>();
        for (String line : Files.readAllLines(sandbox.resolve("environment"))) {
            String[] parts = line.split("=", 2);
            ours.put(parts[0], parts[1]);
        }
        Map<String, @Nullable Object> recorded = new TreeMap<>(Json.object(entry, "environment"));
        recorded.keySet().removeIf(name -> name.startsWith(NATIVE));
        if (recorded.get(TOKEN) instanceof String token && ours.containsKey(TOKEN)) {
            likeness.learn(token, ours.get(TOKEN)); // signed with another key
        }
        recorded.forEach((name, value) -> {
            String expected = likeness.mapped(String.valueOf(value));
            if (!expected.equals(ours.get(name))) {
                likeness.differs(who, name + "=" + expected, name + "=" + ours.get(name));
            }
        });
        Set<String> others = new TreeSet<>();
        ((List<?>) Objects.requireNonNull(entry.get("other_environment_names")))
                .forEach(name -> others.add(String.valueOf(name)));
        others.addAll(recorded.keySet());
        others.removeAll(OF_INTERPRETERS);
        ours.keySet().removeAll(OF_INTERPRETERS);
        if (!others.equals(ours.keySet())) {
            likeness.differs(who, "variables " + others, String.valueOf(ours.keySet()));
        }
    }

    /** It ends by itself. */
    void exit(String who, int status) throws IOException {
        order(who, "exit " + status);
    }

    /** The one that was started last gets a signal that it cannot catch. */
    void killLatest() throws IOException {
        order(latest, "kill -s KILL $$");
    }

    private void order(String who, String order) throws IOException {
        Path sandbox = Objects.requireNonNull(sandboxes.get(who), who);
        // opened for both, since to open a pipe that nobody reads any more would wait for ever
        try (var orders = new RandomAccessFile(sandbox.resolve("orders").toFile(), "rw")) {
            orders.write((order + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }
}
