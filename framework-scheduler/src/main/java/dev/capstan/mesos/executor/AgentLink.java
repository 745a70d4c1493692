package dev.capstan.mesos.executor;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.mesos.master.Conversation;
import dev.capstan.mesos.master.ConversationSlot;
import dev.capstan.mesos.master.MesosHttp;
import dev.capstan.mesos.master.TrustedCertificates;

import org.apache.mesos.v1.executor.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.function.Consumer;

import javax.net.ssl.SSLContext;

/**
 * Carries out what an executor wants done with its agent: one {@link Conversation} at a time, each over connections of
 * its own.
 *
 * <p>Operations come from one thread. What the agent says goes to {@code told} from the conversation's threads, which
 * may be made to wait there: then the agent is not read from, and nothing is lost.
 */
public final class AgentLink implements Operations, AutoCloseable {
    private static final String PATH = "/api/v1/executor";

    private final AgentEnvironment environment;
    private final @Nullable SSLContext tls;
    private final Consumer<ExecutorMessage> told;
    private final ConversationSlot<Call> conversation = new ConversationSlot<>();

    /**
     * @param told takes what is heard, from any thread; slows who brings too much
     * @throws IOException when the certificates to trust cannot be read
     */
    public AgentLink(AgentEnvironment environment, Consumer<ExecutorMessage> told) throws IOException {
        this.environment = environment;
        this.told = told;
        this.tls =
                !environment.tls()
                        ? null
                        : environment.trusted().isEmpty()
                                ? TrustedCertificates.ofTheJdk()
                                : TrustedCertificates.in(Path.of(environment.trusted()));
    }

    @Override
    public void perform(Operation operation, Consumer<Message> reply) {
        switch ((AgentOperation) operation) {
            case AgentOperation.Connect(var connection, var subscribe) -> connect(connection, subscribe);
            case AgentOperation.Say(var connection, var call) ->
                    conversation.of(connection).ifPresent(open -> open.say(call));
            case AgentOperation.HangUp(var connection) -> conversation.end(connection);
        }
    }

    private void connect(long connection, Call subscribe) {
        URI agent = URI.create((tls == null ? "http" : "https") + "://" + environment.agent() + PATH);
        MesosHttp http = MesosHttp.ofExecutor(environment.token(), tls);
        var party = new ExecutorParty(connection, subscribe, agent, http, told);
        conversation.begin(connection, new Conversation<>("mesos-agent-" + connection, party, http));
    }

    /** Waits, bounded, until what was said has been sent. */
    @Override
    public void close() {
        conversation.close();
    }
}
