package dev.capstan.mesos.master;

import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.wire.Messages;

import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.function.Consumer;

/** A scheduler that converses with whichever master leads. */
record SchedulerParty(long number, Call first, LeaderSearch search, Consumer<FrameworkMessage> told)
        implements Conversation.Party<Call> {
    static final String PATH = "/api/v1/scheduler";
    private static final String STREAM_ID = "Mesos-Stream-Id";

    @Override
    public Conversation.Stream subscribe() throws IOException, InterruptedException {
        LeaderSearch.Answered leader = search.post(first.toByteArray(), SchedulerParty::isSubscription);
        return new Conversation.Stream(leader.at(), streamId(leader.response()), leader.response());
    }

    private static boolean isSubscription(HttpResponse<?> answer) {
        return answer.statusCode() == 200 && MesosHttp.isProtobuf(answer) && !streamId(answer).isEmpty();
    }

    private static String streamId(HttpResponse<?> answer) {
        return answer.headers().firstValue(STREAM_ID).orElse("");
    }

    @Override
    public void heard(byte[] event) throws IOException {
        told.accept(new FrameworkMessage.EventArrived(number, Messages.read(Event.parser(), event)));
    }

    @Override
    public String kind(Call call) {
        return call.getType().name();
    }

    /** Which of two descriptions of us the master knows must be told; all else shows by what follows. */
    @Override
    public void taken(Call call, boolean done) {
        if (done && call.getType() == Call.Type.UPDATE_FRAMEWORK) {
            told.accept(new FrameworkMessage.CallDone(number, call));
        }
    }

    @Override
    public void refused(Call call, String reason) {
        told.accept(new FrameworkMessage.CallRefused(number, call, reason));
    }

    @Override
    public boolean isAboutTheSubscription(String words) {
        return words.contains("stream ID") || words.contains("Framework cannot be found");
    }

    @Override
    public void ended(boolean hopeless, String reason) {
        told.accept(new FrameworkMessage.ConnectionEnded(number, hopeless, reason));
    }
}
