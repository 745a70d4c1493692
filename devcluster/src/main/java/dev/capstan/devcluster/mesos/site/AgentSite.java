package dev.capstan.devcluster.mesos.site;

import dev.capstan.devcluster.mesos.agent.ExecutorCallCheck;
import dev.capstan.devcluster.mesos.agent.ExecutorTokens;
import dev.capstan.devcluster.mesos.http.Exchange;
import dev.capstan.devcluster.mesos.http.HttpAnswer;
import dev.capstan.devcluster.mesos.http.HttpRequest;
import dev.capstan.devcluster.mesos.http.Site;
import dev.capstan.devcluster.mesos.message.AgentMessage;

import org.apache.mesos.v1.executor.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * The paths of an agent: for executors, for operators who read files, and for whoever wants to know whether it is
 * there.
 */
public final class AgentSite implements Site {
    private static final String SCHEME = "Bearer ";
    private static final String REALM = "realm=\"mesos-agent-executor\"";

    private static final String FILES_REALM = "mesos-agent-readwrite";

    private final Calls calls;
    private final Credentials credentials;
    private final AgentFiles files;
    private final ExecutorTokens tokens;
    private final BooleanSupplier isReady;
    private final Consumer<AgentMessage> agent;

    /**
     * @param credentials of operators, who may read files
     * @param directory where the files of the agent are, which operators may read
     * @param agent takes what is asked
     */
    public AgentSite(
            Peers peers,
            Credentials credentials,
            Path directory,
            ExecutorTokens tokens,
            BooleanSupplier isReady,
            Consumer<AgentMessage> agent) {
        this.credentials = credentials;
        this.files = new AgentFiles(directory);
        this.calls = new Calls(peers, stream -> agent.accept(new AgentMessage.StreamClosed(stream)));
        this.tokens = tokens;
        this.isReady = isReady;
        this.agent = agent;
    }

    @Override
    public void handle(Exchange exchange) {
        String own = exchange.request().pathBelow("/slave(1)");
        if (own.equals("/health")) {
            exchange.answer(HttpAnswer.empty(200));
        } else if (own.equals("/api/v1/executor") || own.startsWith("/api/v1/executor/")) {
            onExecutor(exchange);
        } else if (own.equals("/api/v1")) {
            HttpAnswer refusal = credentials.refusal(exchange.request(), FILES_REALM);
            if (refusal == null) {
                files.handle(exchange);
            } else {
                exchange.answer(refusal);
            }
        } else {
            exchange.answer(HttpAnswer.text(404, "Not Found."));
        }
    }

    private void onExecutor(Exchange exchange) {
        if (!isReady.getAsBoolean()) {
            exchange.answer(HttpAnswer.text(503, "Agent has not finished recovery"));
            return;
        }
        calls.take(
                exchange,
                Call.newBuilder(),
                call -> refusal(exchange.request(), call.build()),
                call -> call.getType() == Call.Type.SUBSCRIBE,
                (from, call) -> agent.accept(new AgentMessage.ExecutorCall(from, call.build())));
    }

    private @Nullable HttpAnswer refusal(HttpRequest request, Call call) {
        HttpAnswer notAllowed = tokens.areNeeded() ? notAllowed(request, call) : null;
        return notAllowed != null
                ? notAllowed
                : ExecutorCallCheck.wrongWith(call).map(fault -> HttpAnswer.text(400, fault)).orElse(null);
    }

    /** Null if the executor is who it says. */
    private @Nullable HttpAnswer notAllowed(HttpRequest request, Call call) {
        String shown = request.header("authorization").orElse("");
        if (!shown.startsWith(SCHEME)) {
            return unauthorized("");
        }
        try {
            return tokens.isOfCaller(shown.substring(SCHEME.length()), call) ? null : HttpAnswer.empty(403);
        } catch (ExecutorTokens.InvalidTokenException e) {
            return unauthorized(", error=\"invalid_token\", error_description=\"" + e.getMessage() + "\"");
        }
    }

    private static HttpAnswer unauthorized(String why) {
        return HttpAnswer.text(
                        401,
                        "\"Basic\" authenticator returned:\n401 Unauthorized.\n\n"
                                + "\"Bearer\" authenticator returned:\n401 Unauthorized.")
                .with("WWW-Authenticate", "Basic " + REALM + ",Bearer " + REALM + why);
    }
}
