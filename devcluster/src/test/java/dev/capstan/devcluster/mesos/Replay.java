package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.RawHttp.Arrived;
import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Says again what was said to a real master and a real agent, and does what was done to them, and compares what is
 * answered. It speaks for schedulers, operators and executors; the processes of the executors are real ones.
 */
final class Replay implements AutoCloseable {
    private static final Duration BOUND = Duration.ofSeconds(15);

    /** For an offer that may not come, since it was part of another. */
    private static final Duration OFFER_BOUND = Duration.ofMillis(1500);

    private static final long SHORT_MILLIS = 300;
    private static final long LONG_MILLIS = 6_000;

    /** Longer ones are those of the protocol, and must be as long again. */
    private static final long TIMED_MILLIS = 5_000;

    private static final long TOLERANCE_MILLIS = 1_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** Differences after which no more are looked for: what follows from them would be waited for in vain. */
    private static final int ENOUGH = 5;

    /** How text that was too long for a recording is cut short there. */
    private static final Pattern CUT = Pattern.compile("\\.\\.\\.<(\\d+) characters[^>]*>");

    private static final Pattern EXIT = Pattern.compile("exits with (?:code )?(\\d+)");

    /**
     * How exactly a conversation is held again.
     *
     * @param pace whether pauses are kept
     * @param amounts whether offers must come in the same portions, which depends on when each is made
     * @param times whether what is repeated must be repeated after the same time; heartbeats are compared only then
     */
    record Care(boolean pace, boolean amounts, boolean times) {}

    /** A stream as it was recorded, and ours. */
    private static final class Stream {
        private final RawHttp http;
        private final List<Arrived> waiting = new ArrayList<>();
        private final Map<String, Long> recordedAt = new LinkedHashMap<>();
        private final Map<String, Long> arrivedAt = new LinkedHashMap<>();
        private int taken;

        Stream(RawHttp http) {
            this.http = http;
        }

        void refresh() {
            var events = http.arrived();
            while (taken < events.size()) {
                waiting.add(events.get(taken++));
            }
        }
    }

    private final MesosDevCluster cluster;
    private final Care care;
    private final Likeness likeness;
    private final ReplayedExecutors executors;
    private final Map<String, Stream> streams = new LinkedHashMap<>();
    private final Map<String, RawHttp.Answer> answers = new LinkedHashMap<>();
    private final Set<String> refused = new TreeSet<>();
    private final Set<Integer> startedAgents = new TreeSet<>();
    private boolean masterIsDown;
    private int compared;
    private long last;

    Replay(MesosDevCluster cluster, Care care) {
        this.cluster = cluster;
        this.care = care;
        this.likeness = new Likeness(care.amounts());
        this.executors = new ReplayedExecutors(likeness, cluster.directory());
    }

    /** What was answered differently; empty at best. */
    List<String> differences() {
        return likeness.differences();
    }

    int compared() {
        return compared;
    }

    void run(List<Map<String, @Nullable Object>> trace) throws IOException {
        for (int i = 0; i < trace.size() && differences().size() < ENOUGH; i++) {
            if (Json.text(trace.get(i), "type").equals("request")) {
                recover(answerTo(trace, i));
            }
            step(trace.get(i));
        }
    }

    private static Map<String, @Nullable Object> answerTo(List<Map<String, @Nullable Object>> trace, int request) {
        String who = Json.text(trace.get(request), "who");
        return trace.subList(request + 1, trace.size()).stream()
                .filter(each -> each.get("type") instanceof String type && type.equals("response"))
                .filter(each -> who.equals(Json.text(each, "who")))
                .findFirst()
                .orElse(Map.of());
    }

    /** The recorded master had recovered, or not, when it was asked; so has ours. */
    private void recover(Map<String, @Nullable Object> answer) {
        boolean wasDown = "Master has not finished recovery".equals(answer.get("body"));
        if (wasDown && !masterIsDown) {
            cluster.stopMaster();
        } else if (!wasDown && masterIsDown) {
            cluster.resumeMaster();
        }
        masterIsDown = wasDown;
    }

    private void step(Map<String, @Nullable Object> entry) throws IOException {
        String who = Json.text(entry, "who");
        if (who.contains("to agent")) {
            return;
        }
        pause(entry);
        switch (Json.text(entry, "type")) {
            case "note" -> note(who, Json.text(entry, "text"));
            case "action" -> act(Json.text(entry, "text"));
            case "executor-start" -> {
                compared++;
                executors.started(who, entry);
            }
            case "request" -> request(who, entry);
            case "response" -> response(who, entry);
            case "event" -> event(who, Json.object(entry, "event"), Json.number(entry, "t"));
            case "stream-end" -> streamEnd(who, Json.text(entry, "how"));
            case "connection-end" -> connectionEnd(who);
            default -> {}
        }
    }

    private void note(String who, String text) throws IOException {
        if (!who.isEmpty()) {
            ofExecutor(who, text);
            return;
        }
        likeness.at(text);
        Stream probe = streams.get("probe stream");
        if (text.contains("probe closes it") && probe != null) {
            probe.http.close();
        }
    }

    private void ofExecutor(String who, String text) throws IOException {
        Matcher exit = EXIT.matcher(text);
        Stream stream = streams.get(who + " stream");
        if (exit.find()) {
            executors.exit(who, Integer.parseInt(exit.group(1)));
        } else if (text.contains("exits on disconnect")) {
            executors.exit(who, 1);
        } else if (text.contains("closes its event stream") && stream != null) {
            stream.http.close();
        }
    }

    /** A pause of seconds means something: a time-out is to pass, or not to. */
    private void pause(Map<String, @Nullable Object> entry) {
        long at = Json.number(entry, "t");
        if (care.pace() && at - last > SHORT_MILLIS && at - last < LONG_MILLIS) {
            LockSupport.parkNanos(Duration.ofMillis(at - last).toNanos());
        }
        last = at;
    }

    private void act(String text) throws IOException {
        Matcher agent = Pattern.compile("agent(\\d+)").matcher(text);
        if (text.startsWith("master starts on ")) {
            likeness.learn(text.substring("master starts on ".length()), cluster.masterAddress());
            if (masterIsDown) {
                cluster.resumeMaster();
                masterIsDown = false;
            }
        } else if (text.equals("SIGKILL to master")) {
            cluster.stopMaster();
            masterIsDown = true;
        } else if (text.equals("SIGKILL to the executor process")) {
            executors.killLatest();
        } else if (text.contains("closes its event stream")) {
            String who = text.substring("scheduler ".length(), text.indexOf(" closes"));
            Stream stream = streams.get("scheduler " + who + " stream");
            if (stream != null) {
                stream.http.close();
            }
        } else if (agent.find()) {
            actOn(Integer.parseInt(agent.group(1)) - 1, text);
        }
    }

    private void actOn(int agent, String text) throws IOException {
        if (text.contains(" to agent")) { // a signal, and each of them ends it
            cluster.killAgent(agent);
        } else if (startedAgents.add(agent)) {
            int before = agents();
            cluster.startAgent(agent);
            if (before >= 0) { // agents are named in the order in which they come
                Await.until(() -> agents() > before, BOUND);
            }
            likeness.learn(text.substring(text.indexOf(" on ") + " on ".length()), cluster.agentAddress(agent));
        } else {
            cluster.restartAgent(agent);
        }
    }

    /** How many have registered; below 0 when the master does not tell. */
    private int agents() {
        try (var http = new RawHttp(cluster.masterAddress())) {
            var answer =
                    http.send(
                            "POST",
                            "/api/v1",
                            Map.of("Content-Type", "application/json"),
                            "{\"type\":\"GET_AGENTS\"}".getBytes(StandardCharsets.UTF_8));
            return answer.status() == 200 ? answer.text().split("\"agent_info\"", -1).length - 1 : -1;
        } catch (IOException _) {
            return -1;
        }
    }

    private void request(String who, Map<String, @Nullable Object> entry) throws IOException {
        Map<String, String> headers = new LinkedHashMap<>();
        Json.object(entry, "headers")
                .forEach((name, value) -> headers.put(name, likeness.mapped(String.valueOf(value))));
        String to = Json.text(entry, "to");
        byte[] body = body(entry, headers);
        try {
            var http = new RawHttp(to.isEmpty() ? cluster.masterAddress() : likeness.mapped(to));
            RawHttp.Answer answer = http.send(Json.text(entry, "method"), Json.text(entry, "path"), headers, body);
            answers.put(who, answer);
            if (answer.headers().containsKey("transfer-encoding")) {
                Stream before = streams.put(who, new Stream(http));
                if (before != null) {
                    before.http.close(); // a probe closes what it has opened before it opens the next
                }
            } else {
                http.close();
            }
        } catch (ConnectException _) {
            refused.add(who);
        }
    }

    private byte[] body(Map<String, @Nullable Object> entry, Map<String, String> headers) throws IOException {
        String recorded = Json.text(entry, "body_hex");
        if (!recorded.isEmpty()) {
            return likeness.mapped(HexFormat.of().parseHex(recorded));
        }
        Object body = entry.get("body");
        if (body instanceof Map<?, ?> map && map.get("hex") instanceof String hex) {
            byte[] bytes = HexFormat.of().parseHex(hex);
            return "gzip".equals(headers.get("Content-Encoding")) ? mappedInside(bytes) : bytes;
        }
        String text = body == null ? "" : body instanceof String plain ? plain : JsonText.of(whole(body));
        return likeness.mapped(text).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] mappedInside(byte[] zipped) throws IOException {
        var into = new ByteArrayOutputStream();
        try (var in = new GZIPInputStream(new ByteArrayInputStream(zipped));
                var out = new GZIPOutputStream(into)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            out.write(likeness.mapped(text).getBytes(StandardCharsets.UTF_8));
        }
        return into.toByteArray();
    }

    /** Makes what was cut short as long again. */
    private static @Nullable Object whole(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                Map<String, @Nullable Object> all = new LinkedHashMap<>();
                map.forEach((name, each) -> all.put(String.valueOf(name), whole(each)));
                yield all;
            }
            case List<?> list -> list.stream().map(Replay::whole).toList();
            case String text -> {
                Matcher cut = CUT.matcher(text);
                yield cut.find() ? "A".repeat(Integer.parseInt(cut.group(1))) : text;
            }
            case null, default -> value;
        };
    }

    private void response(String who, Map<String, @Nullable Object> entry) {
        compared++;
        RawHttp.Answer answer = answers.remove(who);
        int status = ((BigDecimal) Objects.requireNonNull(entry.get("status"))).intValue();
        if (answer == null || answer.status() != status) {
            String ours = answer == null ? "no connection" : answer.status() + " " + answer.text();
            likeness.differs(who, status + " " + entry.get("body"), ours);
            return;
        }
        Map<String, @Nullable Object> headers = Json.object(entry, "headers");
        String streamId = Json.text(headers, "Mesos-Stream-Id");
        if (!streamId.isEmpty()) {
            likeness.learn(streamId, answer.header("Mesos-Stream-Id"));
        }
        String challenge = Json.text(headers, "WWW-Authenticate");
        compareTexts(who, challenge, answer.header("WWW-Authenticate"));
        if (entry.get("body") instanceof String text && status != 200) {
            compareTexts(who, likeness.mapped(text), answer.text());
        }
    }

    /** What follows "near:" is as far as a parser had come, and every one comes to another place. */
    private void compareTexts(String who, String expected, String ours) {
        if (!expected.replaceFirst("near: .*", "near: ").equals(ours.replaceFirst("near: .*", "near: "))) {
            likeness.differs(who, expected, ours);
        }
    }

    private void connectionEnd(String who) {
        compared++;
        if (!refused.remove(who)) {
            likeness.differs(who, "connection refused", "an answer");
        }
    }

    private void event(String who, Map<String, @Nullable Object> recorded, long at) {
        Stream stream = streams.get(who);
        if (stream == null || "HEARTBEAT".equals(recorded.get("type")) && !care.times()) {
            return;
        }
        compared++;
        Map<String, @Nullable Object> expected =
                Json.object(Map.of("it", Objects.requireNonNull(whole(recorded))), "it");
        boolean mayBeMissing = !care.amounts() && "OFFERS".equals(expected.get("type"));
        List<Arrived> found = new ArrayList<>();
        Await.until(
                () -> {
                    stream.refresh();
                    stream.waiting.stream()
                            .filter(each -> isMeant(expected, each.event()))
                            .findFirst()
                            .ifPresent(found::add);
                    return !found.isEmpty();
                },
                mayBeMissing ? OFFER_BOUND : care.times() ? BOUND.multipliedBy(2) : BOUND);
        if (found.isEmpty()) {
            if (mayBeMissing) {
                return; // what came in two offers there came in one here
            }
            likeness.differs(who, String.valueOf(expected), "no such event among " + stream.waiting);
            return;
        }
        Arrived ours = found.getFirst();
        stream.waiting.remove(ours);
        likeness.compare(who, "", expected, ours.event());
        if (care.times() && !"OFFERS".equals(expected.get("type"))) {
            compareTimes(who, stream, expected.get("type") + " " + key(expected), at, ours.atNanos());
        }
    }

    /** What comes again after seconds does so by a clock. */
    private void compareTimes(String who, Stream stream, String key, long recordedAt, long arrivedAt) {
        Long recordedBefore = stream.recordedAt.put(key, recordedAt);
        Long arrivedBefore = stream.arrivedAt.put(key, arrivedAt);
        if (recordedBefore != null && arrivedBefore != null && recordedAt - recordedBefore > TIMED_MILLIS) {
            long ours = (arrivedAt - arrivedBefore) / NANOS_PER_MILLI;
            if (Math.abs(ours - (recordedAt - recordedBefore)) > TOLERANCE_MILLIS) {
                likeness.differs(who, key + " after " + (recordedAt - recordedBefore) + " ms", "after " + ours + " ms");
            }
        }
    }

    /** Whether this is the one, by its kind and what it speaks of. */
    private boolean isMeant(Map<String, @Nullable Object> expected, Map<String, @Nullable Object> ours) {
        return String.valueOf(expected.get("type")).equals(ours.get("type"))
                && likeness.mapped(key(expected)).equals(key(ours))
                && likeness.mapped(whereabouts(expected)).equals(whereabouts(ours));
    }

    /** Where something is offered, and which executors run there. */
    private static String whereabouts(Map<String, @Nullable Object> event) {
        Set<String> all = new TreeSet<>();
        for (String kind : List.of("offers", "inverse_offers")) {
            if (Json.object(event, kind).get(kind) instanceof List<?> offers) {
                offers.forEach(offer -> addPlaces(offer, all));
            }
        }
        return all.toString();
    }

    private static void addPlaces(@Nullable Object offer, Set<String> all) {
        if (offer instanceof Map<?, ?> map) {
            all.add(String.valueOf(map.get("agent_id")));
            if (map.get("executor_ids") instanceof List<?> ids) {
                ids.forEach(id -> all.add(String.valueOf(id)));
            }
        }
    }

    private static String key(Map<String, @Nullable Object> event) {
        boolean isOfOperator = event.containsKey("task_updated");
        var status = Json.object(Json.object(event, isOfOperator ? "task_updated" : "update"), "status");
        String added =
                Json.text(Json.object(Json.object(Json.object(event, "task_added"), "task"), "task_id"), "value");
        String offer = Json.text(Json.object(Json.object(event, "rescind"), "offer_id"), "value");
        String inverse =
                Json.text(Json.object(Json.object(event, "rescind_inverse_offer"), "inverse_offer_id"), "value");
        return Json.text(Json.object(status, "task_id"), "value")
                + " "
                + status.get("state")
                + " "
                + status.get("source")
                + " "
                + offer
                + inverse
                + added;
    }

    private void streamEnd(String who, String how) throws IOException {
        Stream stream = streams.get(who);
        if (stream != null) {
            compared++;
            if (how.contains("without a last chunk") && !who.startsWith("executor")) {
                stream.http.halfClose();
            }
            boolean ended = Await.until(() -> !stream.http.end().isEmpty(), BOUND);
            boolean inOrder = how.startsWith("last chunk");
            if (!ended || inOrder != stream.http.end().equals("last chunk")) {
                likeness.differs(who, how, "stream end: " + stream.http.end());
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (Stream stream : streams.values()) {
            stream.http.close();
        }
    }
}
