package dev.capstan.devcluster.mesos.site;

import dev.capstan.devcluster.mesos.http.Exchange;
import dev.capstan.devcluster.mesos.http.HttpAnswer;
import dev.capstan.devcluster.mesos.http.Site;
import dev.capstan.devcluster.mesos.master.CallCheck;
import dev.capstan.devcluster.mesos.message.MasterMessage;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.master.Protos;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The paths of a master: for schedulers, for operators, and those that need neither. */
public final class MasterSite implements Site {
    /** What a master answers to anyone before it looks at what they want. */
    public sealed interface Standing {
        /** It leads, and serves. */
        record Leading() implements Standing {}

        /** It does not serve yet, or no more, and why. */
        record Unavailable(String reason) implements Standing {}

        /** Another one leads, at this host and port. */
        record Following(String leader) implements Standing {}
    }

    private final Calls calls;
    private final Credentials credentials;
    private final Supplier<Standing> standing;
    private final Supplier<String> authority;
    private final Consumer<MasterMessage> master;

    /**
     * @param authority host and port under which others are told to reach this master
     * @param master takes what is asked
     */
    public MasterSite(
            Peers peers,
            Credentials credentials,
            Supplier<Standing> standing,
            Supplier<String> authority,
            Consumer<MasterMessage> master) {
        this.calls = new Calls(peers, stream -> master.accept(new MasterMessage.StreamClosed(stream)));
        this.credentials = credentials;
        this.standing = standing;
        this.authority = authority;
        this.master = master;
    }

    @Override
    public void handle(Exchange exchange) {
        String path = exchange.request().path();
        String own = exchange.request().pathBelow("/master");
        if (own.equals("/health")) {
            exchange.answer(HttpAnswer.empty(200));
        } else if (own.equals("/redirect")) {
            exchange.answer(redirect());
        } else if (own.equals("/api/v1/scheduler") || own.startsWith("/api/v1/scheduler/")) {
            inTurn(exchange, path, "mesos-master-scheduler", this::onScheduler);
        } else if (own.equals("/api/v1") || own.startsWith("/api/v1/")) {
            inTurn(exchange, path, "mesos-master-readwrite", this::onOperator);
        } else if (own.equals("/state")) {
            inTurn(exchange, path, "mesos-master-readonly", this::onState);
        } else if (own.equals("/version")) {
            exchange.answer(version());
        } else if (own.equals("/teardown")) {
            inTurn(exchange, path, "mesos-master-readwrite", this::onTeardown);
        } else {
            exchange.answer(HttpAnswer.text(404, "Not Found."));
        }
    }

    private interface Handler {
        void handle(Exchange exchange, @Nullable String principal);
    }

    /** Sees first whether this master leads, and then who asks. */
    private void inTurn(Exchange exchange, String path, String realm, Handler handler) {
        HttpAnswer elsewhere =
                switch (standing.get()) {
                    case Standing.Leading() -> null;
                    case Standing.Unavailable(var reason) -> HttpAnswer.text(503, reason);
                    case Standing.Following(var leader) ->
                            HttpAnswer.empty(307)
                                    .with(
                                            "Location",
                                            "//" + leader + (path.startsWith("/master/") ? "" : "/master") + path);
                };
        if (elsewhere != null) {
            exchange.answer(elsewhere);
            return;
        }
        HttpAnswer refusal = credentials.refusal(exchange.request(), realm);
        if (refusal != null) {
            exchange.answer(refusal);
            return;
        }
        handler.handle(exchange, credentials.areNeeded() ? credentials.principal(exchange.request()) : null);
    }

    private HttpAnswer redirect() {
        String leader =
                switch (standing.get()) {
                    case Standing.Following(var elsewhere) -> elsewhere;
                    case Standing.Leading(), Standing.Unavailable(_) -> authority.get();
                };
        return HttpAnswer.empty(307).with("Location", "//" + leader);
    }

    private static HttpAnswer version() {
        String version = "{\"version\":\"1.12.0\"}";
        return HttpAnswer.of(200, "application/json", version.getBytes(StandardCharsets.UTF_8));
    }

    private void onState(Exchange exchange, @Nullable String principal) {
        master.accept(new MasterMessage.StateAsked(calls.await(exchange, MediaType.JSON)));
    }

    private void onScheduler(Exchange exchange, @Nullable String principal) {
        String streamId = exchange.request().header("mesos-stream-id").orElse(null);
        calls.take(
                exchange,
                Call.newBuilder(),
                call -> CallCheck.wrongWith(call.build(), principal).map(MasterSite::badRequest).orElse(null),
                call -> call.getType() == Call.Type.SUBSCRIBE,
                (from, call) ->
                        master.accept(new MasterMessage.SchedulerCall(from, streamId, principal, call.build())));
    }

    private void onOperator(Exchange exchange, @Nullable String principal) {
        calls.take(
                exchange,
                Protos.Call.newBuilder(),
                call ->
                        call.hasType() && call.getType() != Protos.Call.Type.UNKNOWN
                                ? null
                                : badRequest("Failed to validate master::Call: Expecting 'type' to be present"),
                _ -> true,
                (from, call) -> master.accept(new MasterMessage.OperatorCall(from, call.build())));
    }

    private static HttpAnswer badRequest(String why) {
        return HttpAnswer.text(400, why);
    }

    /** The older way: a form with the id. */
    private void onTeardown(Exchange exchange, @Nullable String principal) {
        String body = new String(exchange.request().body(), StandardCharsets.UTF_8);
        String id = body.startsWith("frameworkId=") ? body.substring("frameworkId=".length()) : "";
        if (id.isEmpty()) {
            exchange.answer(HttpAnswer.text(400, "Missing 'frameworkId' query parameter in the request body"));
            return;
        }
        var call = Protos.Call.newBuilder();
        call.setType(Protos.Call.Type.TEARDOWN)
                .getTeardownBuilder()
                .setFrameworkId(FrameworkID.newBuilder().setValue(URLDecoder.decode(id, StandardCharsets.UTF_8)));
        master.accept(new MasterMessage.OperatorCall(calls.await(exchange, MediaType.JSON), call.build()));
    }
}
