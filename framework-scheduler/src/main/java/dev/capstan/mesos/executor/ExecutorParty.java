package dev.capstan.mesos.executor;

import dev.capstan.mesos.master.Conversation;
import dev.capstan.mesos.master.MasterException;
import dev.capstan.mesos.master.MasterException.Kind;
import dev.capstan.mesos.master.MesosHttp;
import dev.capstan.mesos.wire.Messages;

import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.function.Consumer;

/** An executor that converses with its agent. */
record ExecutorParty(long number, Call first, URI agent, MesosHttp http, Consumer<ExecutorMessage> told)
        implements Conversation.Party<Call> {
    @Override
    public Conversation.Stream subscribe() throws IOException, InterruptedException {
        HttpResponse<InputStream> answer = http.post(agent, first.toByteArray(), null);
        if (answer.statusCode() == 200 && MesosHttp.isProtobuf(answer)) {
            return new Conversation.Stream(agent, null, answer);
        }
        throw refusal(answer);
    }

    private MasterException refusal(HttpResponse<InputStream> answer) throws IOException {
        int status = answer.statusCode();
        String who = "the agent at " + agent.getAuthority();
        if (status == 200) {
            answer.body().close();
            return new MasterException(Kind.NOT_A_MASTER, agent.getAuthority() + " answers, but not as a Mesos agent");
        }
        String text = MesosHttp.text(answer);
        return switch (status) {
            case 400 -> new MasterException(Kind.BAD_REQUEST, who + " refuses this executor: " + text);
            case 401 -> new MasterException(Kind.UNAUTHORIZED, who + " does not accept the token of this executor");
            case 403 -> new MasterException(Kind.FORBIDDEN, who + " refuses this executor: " + text);
            case 503 -> new MasterException(Kind.NOT_READY, who + " is not ready: " + text);
            default ->
                    new MasterException(
                            Kind.NOT_A_MASTER,
                            agent.getAuthority() + " answers, but not as a Mesos agent: status " + status);
        };
    }

    @Override
    public void heard(byte[] event) throws IOException {
        told.accept(new ExecutorMessage.EventArrived(number, Messages.read(Event.parser(), event)));
    }

    @Override
    public String kind(Call call) {
        return call.getType().name();
    }

    @Override
    public void taken(Call call, boolean done) {
        // an update is acknowledged by an event, and nothing else must be known to have arrived
    }

    @Override
    public void refused(Call call, String reason) {
        told.accept(new ExecutorMessage.CallRefused(number, call, reason));
    }

    @Override
    public boolean isAboutTheSubscription(String words) {
        return words.contains("Executor cannot be found") || words.contains("Framework cannot be found");
    }

    @Override
    public void ended(boolean hopeless, String reason) {
        told.accept(new ExecutorMessage.ConnectionEnded(number, hopeless, reason));
    }
}
