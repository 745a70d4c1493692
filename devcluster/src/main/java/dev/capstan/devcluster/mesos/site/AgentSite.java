package dev.capstan.devcluster.mesos.site;

import dev.capstan.devcluster.mesos.agent.ExecutorCallCheck;
import dev.capstan.devcluster.mesos.http.Exchange;
import dev.capstan.devcluster.mesos.http.HttpAnswer;
import dev.capstan.devcluster.mesos.http.Site;
import dev.capstan.devcluster.mesos.message.AgentMessage;

import org.apache.mesos.v1.executor.Protos.Call;

import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** The paths of an agent: for executors, and for whoever wants to know whether it is there. */
public final class AgentSite implements Site {
    private final Peers peers;
    private final BooleanSupplier isReady;
    private final Consumer<AgentMessage> agent;

    /**
     * @param agent takes what is asked
     */
    public AgentSite(Peers peers, BooleanSupplier isReady, Consumer<AgentMessage> agent) {
        this.peers = peers;
        this.isReady = isReady;
        this.agent = agent;
    }

    @Override
    public void handle(Exchange exchange) {
        String path = exchange.request().path();
        String own = path.startsWith("/slave(1)/") ? path.substring("/slave(1)".length()) : path;
        if (own.equals("/health")) {
            exchange.answer(HttpAnswer.empty(200));
        } else if (own.equals("/api/v1/executor") || own.startsWith("/api/v1/executor/")) {
            onExecutor(exchange);
        } else {
            exchange.answer(HttpAnswer.text(404, "Not Found."));
        }
    }

    private void onExecutor(Exchange exchange) {
        if (!isReady.getAsBoolean()) {
            exchange.answer(HttpAnswer.text(503, "Agent has not finished recovery"));
            return;
        }
        switch (CallReader.read(exchange.request(), Call.newBuilder())) {
            case CallReader.Read.Refused(var answer) -> exchange.answer(answer);
            case CallReader.Read.Call(var call) -> onCall(exchange, call.build());
        }
    }

    private void onCall(Exchange exchange, Call call) {
        String fault = ExecutorCallCheck.wrongWith(call).orElse(null);
        if (fault != null) {
            exchange.answer(HttpAnswer.text(400, fault));
            return;
        }
        MediaType type = CallReader.accepted(exchange.request());
        if (call.getType() == Call.Type.SUBSCRIBE && type == null) {
            exchange.answer(CallReader.notAcceptable());
            return;
        }
        var from =
                peers.add(
                        exchange,
                        type == null ? MediaType.JSON : type,
                        address -> agent.accept(new AgentMessage.StreamClosed(address)));
        agent.accept(new AgentMessage.ExecutorCall(from, call));
    }
}
