package dev.capstan.devcluster.mesos;

import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;

/**
 * Says again what was said to a real master, and compares what is answered. Ids are learnt as they come; times, ports
 * and process ids are passed over, and so are heartbeats, which come by the clock.
 */
final class Replay implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(15);

    /** For an offer that may not come, since it was part of another. */
    private static final Duration OFFER_BOUND = Duration.ofSeconds(4);

    private static final long SHORT_MILLIS = 300;
    private static final long LONG_MILLIS = 6_000;
    private static final Set<String> PASSED_OVER =
            Set.of("timestamp", "executor_pid", "port", "pid", "capabilities", "container_id");
    private static final Pattern NAMED = Pattern.compile("(?:agent_id|offer_id)=\\{value=([^}]*)}");
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[A-Z]?[0-9]+)?");

    /** A stream as it was recorded, and ours. */
    private static final class Stream {
        private final RawHttp http;
        private final List<Map<String, @Nullable Object>> waiting = new ArrayList<>();
        private int taken;

        Stream(RawHttp http) {
            this.http = http;
        }

        void refresh() {
            var events = http.events();
            while (taken < events.size()) {
                waiting.add(events.get(taken++));
            }
        }
    }

    private final String master;
    private final IntConsumer startAgent;
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private final Map<String, RawHttp.Answer> answers = new LinkedHashMap<>();
    private final List<String> differences = new ArrayList<>();
    private final Set<String> skipped = new TreeSet<>();
    private String note = "";
    private int compared;
    private long last;
    private final boolean pace;
    private final boolean amounts;

    /**
     * @param startAgent told which agent was started then
     * @param pace whether pauses are kept
     * @param amounts whether offers must come in the same portions, which depends on when each is made
     */
    Replay(String master, IntConsumer startAgent, boolean pace, boolean amounts) {
        this.pace = pace;
        this.amounts = amounts;
        this.master = master;
        this.startAgent = startAgent;
    }

    /** What was answered differently; empty at best. */
    List<String> differences() {
        return List.copyOf(differences);
    }

    int compared() {
        return compared;
    }

    void run(List<Map<String, @Nullable Object>> trace) throws IOException {
        for (Map<String, @Nullable Object> entry : trace) {
            step(entry);
        }
    }

    private void step(Map<String, @Nullable Object> entry) throws IOException {
        String who = Json.text(entry, "who");
        if (who.contains("to agent") || skipped.contains(who)) {
            return;
        }
        pause(entry);
        switch (Json.text(entry, "type")) {
            case "note" -> note(Json.text(entry, "text"));
            case "action" -> act(Json.text(entry, "text"));
            case "request" -> request(who, entry);
            case "response" -> response(who, entry);
            case "event" -> event(who, Json.object(entry, "event"));
            case "stream-end" -> streamEnd(who, Json.text(entry, "how"));
            default -> {}
        }
    }

    private void note(String text) throws IOException {
        note = text;
        Stream probe = streams.get("probe stream");
        if (text.contains("probe closes it") && probe != null) {
            probe.http.close();
        }
    }

    /** A pause of seconds means something: a time-out is to pass, or not to. */
    private void pause(Map<String, @Nullable Object> entry) {
        long at = Json.number(entry, "t");
        if (pace && at - last > SHORT_MILLIS && at - last < LONG_MILLIS) {
            LockSupport.parkNanos(Duration.ofMillis(at - last).toNanos());
        }
        last = at;
    }

    private void act(String text) throws IOException {
        if (text.matches("agent\\d+ starts .*")) {
            startAgent.accept(Integer.parseInt(text.substring("agent".length(), text.indexOf(' '))) - 1);
        } else if (text.contains("closes its event stream")) {
            String who = text.substring("scheduler ".length(), text.indexOf(" closes"));
            Stream stream = streams.get("scheduler " + who + " stream");
            if (stream != null) {
                stream.http.close();
            }
        }
    }

    private void request(String who, Map<String, @Nullable Object> entry) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        Json.object(entry, "headers").forEach((name, value) -> headers.put(name, mapped(String.valueOf(value))));
        Object body = entry.get("body");
        if (body instanceof Map<?, ?> map && map.containsKey("hex")) {
            skipped.add("gzip");
            answers.remove(who);
            return;
        }
        String text = body == null ? "" : body instanceof String plain ? plain : JsonText.of(body);
        text = text.replace("exec python3 <dir>/executor.py", "sleep 1000");
        byte[] bytes = mapped(text).getBytes(StandardCharsets.UTF_8);
        String method = Json.text(entry, "method");
        String path = Json.text(entry, "path");
        var http = new RawHttp(master);
        RawHttp.Answer answer = http.send(method, path, headers, bytes);
        answers.put(who, answer);
        if (answer.headers().containsKey("transfer-encoding")) {
            Stream before = streams.put(who, new Stream(http));
            if (before != null) {
                before.http.close(); // a probe closes what it has opened before it opens the next
            }
        } else {
            http.close();
        }
    }

    private void response(String who, Map<String, @Nullable Object> entry) {
        RawHttp.Answer answer = answers.remove(who);
        if (answer == null) {
            return;
        }
        compared++;
        int status = ((BigDecimal) Objects.requireNonNull(entry.get("status"))).intValue();
        if (answer.status() != status) {
            differs(who, status + " " + entry.get("body"), answer.status() + " " + answer.text());
            return;
        }
        String streamId = Json.text(Json.object(entry, "headers"), "Mesos-Stream-Id");
        if (!streamId.isEmpty()) {
            ids.put(streamId, answer.header("Mesos-Stream-Id"));
        }
        if (entry.get("body") instanceof String text && status != 200) {
            String expected = mapped(text).replaceFirst("near: .*", "near: ");
            if (!answer.text().replaceFirst("near: .*", "near: ").equals(expected)) {
                differs(who, expected, answer.text());
            }
        }
    }

    private void event(String who, Map<String, @Nullable Object> expected) {
        Stream stream = streams.get(who);
        if (stream == null || "HEARTBEAT".equals(expected.get("type"))) {
            return;
        }
        compared++;
        boolean mayBeMissing = !amounts && "OFFERS".equals(expected.get("type"));
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        Await.until(
                () -> {
                    stream.refresh();
                    stream.waiting.stream().filter(each -> isMeant(expected, each)).findFirst().ifPresent(found::add);
                    return !found.isEmpty();
                },
                mayBeMissing ? OFFER_BOUND : BOUND);
        if (found.isEmpty()) {
            if (mayBeMissing) {
                return; // what came in two offers there came in one here
            }
            differs(who, String.valueOf(expected), "no such event among " + stream.waiting);
            return;
        }
        stream.waiting.remove(found.getFirst());
        compare(who, "", expected, found.getFirst());
    }

    /** Whether this is the one, by its kind and the task it speaks of. */
    private boolean isMeant(Map<String, @Nullable Object> expected, Map<String, @Nullable Object> ours) {
        if (!String.valueOf(expected.get("type")).equals(ours.get("type"))) {
            return false;
        }
        var wanted = Json.object(Json.object(expected, "update"), "status");
        var status = Json.object(Json.object(ours, "update"), "status");
        return key(wanted).equals(key(status)) && namesTheSame(expected, ours);
    }

    /** Whether offers are of the same agents, or the same are taken back, as far as their ids are known. */
    private boolean namesTheSame(Map<String, @Nullable Object> expected, Map<String, @Nullable Object> ours) {
        if (!String.valueOf(expected.get("type")).contains("OFFER") && !"RESCIND".equals(expected.get("type"))) {
            return true;
        }
        String text = ours.toString();
        return NAMED.matcher(expected.toString())
                .results()
                .map(found -> ids.get(found.group(1)))
                .allMatch(known -> known == null || text.contains(known + "}"));
    }

    private static String key(Map<String, @Nullable Object> status) {
        return Json.text(Json.object(status, "task_id"), "value")
                + " "
                + status.get("state")
                + " "
                + status.get("source");
    }

    private void streamEnd(String who, String how) throws IOException {
        Stream stream = streams.get(who);
        if (stream != null) {
            compared++;
            if (how.contains("without a last chunk")) {
                stream.http.halfClose();
            }
            boolean ended = Await.until(() -> !stream.http.end().isEmpty(), BOUND);
            boolean inOrder = how.startsWith("last chunk");
            if (!ended || inOrder != stream.http.end().equals("last chunk")) {
                differs(who, how, "stream end: " + stream.http.end());
            }
        }
    }

    private void compare(String who, String path, @Nullable Object expected, @Nullable Object ours) {
        switch (expected) {
            case null -> {}
            case Map<?, ?> map -> {
                if (!(ours instanceof Map<?, ?> other)) {
                    differs(who, path + ": " + expected, String.valueOf(ours));
                    return;
                }
                map.forEach((name, value) -> {
                    if (!PASSED_OVER.contains(String.valueOf(name)) && (amounts || !name.equals("resources"))) {
                        compare(who, path + "." + name, value, other.get(name));
                    }
                });
                other.keySet().stream()
                        .filter(name -> !map.containsKey(name) && !PASSED_OVER.contains(String.valueOf(name)))
                        .forEach(name -> differs(who, path + "." + name + " is not there", "" + other.get(name)));
            }
            case List<?> list -> {
                List<?> wanted = sorted(list);
                List<?> others = ours instanceof List<?> it ? sorted(it) : List.of();
                if (wanted.size() != others.size()) {
                    differs(who, path + ": " + wanted, String.valueOf(ours));
                    return;
                }
                for (int i = 0; i < wanted.size(); i++) {
                    compare(who, path + "[" + i + "]", wanted.get(i), others.get(i));
                }
            }
            case BigDecimal number when path.endsWith("unreachable_time.nanoseconds") ->
                    compareText(who, path + ".uuid", number.toString(), String.valueOf(ours)); // the same each time
            case BigDecimal number -> {
                if (!(ours instanceof BigDecimal other) || number.compareTo(other) != 0) {
                    differs(who, path + ": " + number, String.valueOf(ours));
                }
            }
            case String text -> compareText(who, path, text, String.valueOf(ours));
            default -> {
                if (!expected.equals(ours)) {
                    differs(who, path + ": " + expected, String.valueOf(ours));
                }
            }
        }
    }

    /** Resources have no order that means anything, nor have the agents of one round of offers. */
    private List<?> sorted(List<?> list) {
        return list.stream()
                .sorted(
                        Comparator.comparing(each ->
                                each instanceof Map<?, ?> map
                                        ? map.get("name") + " " + mapped("" + map.get("agent_id"))
                                        : ""))
                .toList();
    }

    private void compareText(String who, String path, String expected, String ours) {
        if (path.endsWith(".uuid") || ID.matcher(expected).matches()) {
            String known = ids.putIfAbsent(expected, ours);
            if (known != null && !known.equals(ours)) {
                differs(who, path + ": " + known, ours);
            }
        } else if (!ID.matcher(mapped(expected)).replaceAll("an id").equals(ID.matcher(ours).replaceAll("an id"))) {
            differs(who, path + ": " + expected, ours);
        }
    }

    private void differs(String who, String expected, String ours) {
        differences.add("[" + note + "] " + who + "\n    recorded: " + expected + "\n    ours:     " + ours);
    }

    private String mapped(String text) {
        String mapped = text;
        for (String id : ids.keySet().stream().sorted(Comparator.comparing(String::length).reversed()).toList()) {
            mapped = mapped.replace(id, ids.getOrDefault(id, id));
        }
        return mapped;
    }

    @Override
    public void close() throws IOException {
        for (Stream stream : streams.values()) {
            stream.http.close();
        }
    }
}
