package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.wire.Json;
import dev.capstan.testing.Await;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** A framework made of requests in JSON. */
final class FrameworkClient implements AutoCloseable {
    static final String ALL_CAPABILITIES =
            "[{\"type\":\"MULTI_ROLE\"},{\"type\":\"RESERVATION_REFINEMENT\"},{\"type\":\"PARTITION_AWARE\"},"
                    + "{\"type\":\"TASK_KILLING_STATE\"}]";

    /** Resources of a task, as JSON. */
    static final String LITTLE = scalar("cpus", 0.1) + "," + scalar("mem", 32);

    private static final Duration BOUND = Duration.ofSeconds(20);

    private final String master;
    private final RawHttp stream;
    private final String streamId;
    private final String id;
    private int taken;

    private FrameworkClient(String master, RawHttp stream, String streamId, String id) {
        this.master = master;
        this.stream = stream;
        this.streamId = streamId;
        this.id = id;
    }

    /** Subscribes; {@code more} is added to what it tells about itself. */
    static FrameworkClient subscribe(String master, String more) throws IOException {
        return subscribeAgain(master, more, "");
    }

    static FrameworkClient subscribeAgain(String master, String more, String id) throws IOException {
        String own = id.isEmpty() ? "" : ",\"id\":{\"value\":\"" + id + "\"}";
        String outer = id.isEmpty() ? "" : ",\"framework_id\":{\"value\":\"" + id + "\"}";
        String body =
                "{\"type\":\"SUBSCRIBE\",\"subscribe\":{\"framework_info\":{\"user\":\"root\",\"name\":\"test\","
                        + "\"roles\":[\"dev\"],\"capabilities\":"
                        + ALL_CAPABILITIES
                        + own
                        + more
                        + "}}"
                        + outer
                        + "}";
        var stream = new RawHttp(master);
        var answer = stream.send("POST", "/api/v1/scheduler", json(), body.getBytes(StandardCharsets.UTF_8));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        String streamId = answer.header("Mesos-Stream-Id");
        var half = new FrameworkClient(master, stream, streamId, "");
        Map<String, @Nullable Object> event = half.next(_ -> true);
        if (!"SUBSCRIBED".equals(event.get("type"))) {
            throw new IOException("not subscribed: " + event);
        }
        String given = Json.text(Json.object(Json.object(event, "subscribed"), "framework_id"), "value");
        var whole = new FrameworkClient(master, stream, streamId, given);
        whole.taken = half.taken;
        return whole;
    }

    static Map<String, String> json() {
        return new LinkedHashMap<>(Map.of("Content-Type", "application/json", "Accept", "application/json"));
    }

    String id() {
        return id;
    }

    RawHttp stream() {
        return stream;
    }

    /** Sends a call; {@code rest} follows its type. */
    RawHttp.Answer call(String type, String rest) throws IOException {
        var headers = json();
        headers.put("Mesos-Stream-Id", streamId);
        String body = "{\"framework_id\":{\"value\":\"" + id + "\"},\"type\":\"" + type + "\"" + rest + "}";
        return RawHttp.post(master, "/api/v1/scheduler", headers, body);
    }

    /** The next event of the stream that fits; those before it are passed over. */
    Map<String, @Nullable Object> next(Predicate<Map<String, @Nullable Object>> fits) {
        List<Map<String, @Nullable Object>> found = new ArrayList<>();
        boolean came =
                Await.until(
                        () -> {
                            var events = stream.events();
                            while (found.isEmpty() && taken < events.size()) {
                                var event = events.get(taken++);
                                if (fits.test(event)) {
                                    found.add(event);
                                }
                            }
                            return !found.isEmpty();
                        },
                        BOUND);
        assertThat(came).as("an event that fits, among %s", stream.events()).isTrue();
        return found.getFirst();
    }

    Map<String, @Nullable Object> next(String type) {
        return next(event -> type.equals(event.get("type")));
    }

    /** The next offer. */
    Map<String, @Nullable Object> offer() {
        return first(Json.object(next("OFFERS"), "offers"), "offers");
    }

    /** Waits until so many messages with offers have come, also among events that were passed over. */
    void awaitOffers(int count) {
        assertThat(
                        Await.until(
                                () ->
                                        stream.events().stream()
                                                        .filter(event -> "OFFERS".equals(event.get("type")))
                                                        .count()
                                                >= count,
                                BOUND))
                .as("%d messages with offers, among %s", count, stream.events())
                .isTrue();
    }

    /** The next update about a task, in this state. */
    Map<String, @Nullable Object> status(String task, String state) {
        return Json.object(
                Json.object(
                        next(event -> {
                            var status = Json.object(Json.object(event, "update"), "status");
                            return task.equals(Json.text(Json.object(status, "task_id"), "value"))
                                    && state.equals(status.get("state"));
                        }),
                        "update"),
                "status");
    }

    /** The next update about a task in this state; acknowledged, as are those before it, which may come twice. */
    Map<String, @Nullable Object> acknowledged(String task, String state) throws IOException {
        while (true) {
            var event =
                    next(each ->
                            each.toString().contains("task_id={value=" + task + "}")
                                    && "UPDATE".equals(each.get("type")));
            var status = Json.object(Json.object(event, "update"), "status");
            if (status.containsKey("uuid")) {
                acknowledge(status);
            }
            if (state.equals(status.get("state"))) {
                return status;
            }
        }
    }

    void acknowledge(Map<String, @Nullable Object> status) throws IOException {
        call(
                "ACKNOWLEDGE",
                ",\"acknowledge\":{\"agent_id\":{\"value\":\""
                        + value(status, "agent_id")
                        + "\"},\"task_id\":{\"value\":\""
                        + value(status, "task_id")
                        + "\"},\"uuid\":\""
                        + Json.text(status, "uuid")
                        + "\"}");
    }

    /** Launches a shell command with a tenth of a cpu on an offer. */
    void launch(Map<String, @Nullable Object> offer, String task, String command) throws IOException {
        launchWith(offer, task, command(command));
    }

    /** Launches a task; {@code what} is its command or executor, as JSON. */
    void launchWith(Map<String, @Nullable Object> offer, String task, String what) throws IOException {
        accept(offer, launching(task(offer, task, what, LITTLE)));
    }

    /** Does something with an offer, all of which is offered again at once if nothing is used of it. */
    void accept(Map<String, @Nullable Object> offer, String operations) throws IOException {
        var answer =
                call(
                        "ACCEPT",
                        ",\"accept\":{\"offer_ids\":[{\"value\":\""
                                + value(offer, "id")
                                + "\"}],\"operations\":["
                                + operations
                                + "],\"filters\":{\"refuse_seconds\":0}}");
        assertThat(answer.status()).as(answer.text()).isEqualTo(202);
    }

    static String launching(String task) {
        return "{\"type\":\"LAUNCH\",\"launch\":{\"task_infos\":[" + task + "]}}";
    }

    /** A task for the agent of an offer; {@code what} is its command or executor, as JSON. */
    static String task(Map<String, @Nullable Object> offer, String id, String what, String resources) {
        return "{\"name\":\"t\",\"task_id\":{\"value\":\""
                + id
                + "\"},\"agent_id\":{\"value\":\""
                + value(offer, "agent_id")
                + "\"},\"resources\":["
                + resources
                + "],"
                + what
                + "}";
    }

    static String command(String words) {
        return "\"command\":{\"shell\":true,\"value\":\"" + words + "\"}";
    }

    static String scalar(String name, double value) {
        return "{\"name\":\"" + name + "\",\"type\":\"SCALAR\",\"scalar\":{\"value\":" + value + "}}";
    }

    static String value(Map<String, @Nullable Object> parent, String field) {
        return Json.text(Json.object(parent, field), "value");
    }

    static Map<String, @Nullable Object> first(Map<String, @Nullable Object> parent, String field) {
        var list = (List<?>) parent.get(field);
        assertThat(list).isNotEmpty();
        return Json.object(Map.of("it", list.getFirst()), "it");
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
