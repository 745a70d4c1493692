package dev.capstan.mesos.master;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

@Tag("live")
@Timeout(60)
class ConversationTest {
    private static final Event HEARTBEAT = Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
    private static final Call SUBSCRIBE = Call.newBuilder().setType(Call.Type.SUBSCRIBE).build();
    private static final Call SUPPRESS = Call.newBuilder().setType(Call.Type.SUPPRESS).build();

    private final Deque<Runnable> open = new ArrayDeque<>();
    private final Listener listener = new Listener();

    @AfterEach
    void closeAll() {
        open.forEach(Runnable::run);
    }

    /** One that takes what is heard as a test says. */
    private static final class Listener implements Conversation.Party<Call> {
        final BlockingQueue<String> ends = new LinkedBlockingQueue<>();
        final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        final AtomicReference<RuntimeException> onEvent = new AtomicReference<>();
        final AtomicReference<RuntimeException> onRefusal = new AtomicReference<>();
        final AtomicReference<URI> at = new AtomicReference<>();
        final AtomicReference<MesosHttp> http = new AtomicReference<>();

        @Override
        public Conversation.Stream subscribe() throws IOException, InterruptedException {
            HttpResponse<java.io.InputStream> answer = http.get().post(at.get(), SUBSCRIBE.toByteArray(), null);
            return new Conversation.Stream(at.get(), null, answer);
        }

        @Override
        public void heard(byte[] event) {
            heard.add("event");
            failWith(onEvent);
        }

        private static void failWith(AtomicReference<RuntimeException> fault) {
            RuntimeException failure = fault.get();
            if (failure != null) {
                throw failure;
            }
        }

        @Override
        public String kind(Call call) {
            return call.getType().name();
        }

        @Override
        public void taken(Call call, boolean done) {
            // it does not matter here
        }

        @Override
        public void refused(Call call, String reason) {
            failWith(onRefusal);
        }

        @Override
        public boolean isAboutTheSubscription(String words) {
            return false;
        }

        @Override
        public void ended(boolean hopeless, String reason) {
            ends.add((hopeless ? "hopeless: " : "") + reason);
        }

        String end() throws InterruptedException {
            String reason = ends.poll(20, TimeUnit.SECONDS);
            assertThat(reason).as("an end is told within 20 s").isNotNull();
            return reason;
        }
    }

    @Test
    void aFaultInTakingAnEventEndsItAndIsTold() throws IOException, InterruptedException {
        listener.onEvent.set(new IllegalStateException("never thought of this"));
        begin(answering(202), Duration.ofSeconds(20));
        assertThat(listener.end()).contains("a fault on this side", "never thought of this");
    }

    @Test
    void aFaultInTakingARefusalEndsItAndIsTold() throws IOException, InterruptedException {
        listener.onRefusal.set(new IllegalStateException("never thought of this"));
        Conversation<Call> conversation = begin(answering(400), Duration.ofSeconds(20));
        conversation.say(SUPPRESS);
        assertThat(listener.end()).contains("a fault on this side", "never thought of this");
        assertThat(listener.ends.poll(100, TimeUnit.MILLISECONDS)).as("it ends once").isNull();
    }

    @Test
    void whoAnswersNoCallIsLeft() throws IOException, InterruptedException {
        Conversation<Call> conversation = begin(silent(), Duration.ofSeconds(1));
        listener.heard.take();
        conversation.say(SUPPRESS);
        assertThat(listener.end()).contains("has not answered within 1 s");
    }

    @Test
    void whoTakesTooFewCallsIsLeftBeforeTooManyWait() throws IOException, InterruptedException {
        Conversation<Call> conversation = begin(silent(), Duration.ofMinutes(5));
        for (int i = 0; i <= Outgoing.MOST_CALLS + 1; i++) {
            conversation.say(SUPPRESS);
        }
        assertThat(listener.end()).contains("too little is taken", Outgoing.MOST_CALLS + " calls");
    }

    @Test
    void whoTakesTooFewBytesIsLeftBeforeTooManyWait() throws IOException, InterruptedException {
        Conversation<Call> conversation = begin(silent(), Duration.ofMinutes(5));
        Call large = message(ByteString.copyFrom(new byte[1 << 20]));
        for (long bytes = 0; bytes <= Outgoing.MOST_BYTES + (2 << 20); bytes += 1 << 20) {
            conversation.sayAside(large);
        }
        assertThat(listener.end()).contains("too little is taken", "bytes");
    }

    @Test
    void aCallThatIsAloneMayBeOfAnySize() {
        var outgoing = new Outgoing<Call>();
        Call large = message(ByteString.copyFrom(new byte[Math.toIntExact(Outgoing.MOST_BYTES)]));
        assertThat(outgoing.offer(large)).isTrue();
        assertThat(outgoing.offer(SUPPRESS)).isFalse();
    }

    @Test
    void whatWasTakenMakesRoom() throws InterruptedException {
        var outgoing = new Outgoing<Call>();
        for (int i = 0; i < Outgoing.MOST_CALLS; i++) {
            assertThat(outgoing.offer(SUPPRESS)).isTrue();
        }
        assertThat(outgoing.offer(SUPPRESS)).isFalse();
        assertThat(outgoing.next()).contains(SUPPRESS);
        assertThat(outgoing.offer(SUPPRESS)).isTrue();
        outgoing.end();
        for (int i = 0; i < Outgoing.MOST_CALLS; i++) {
            assertThat(outgoing.next()).contains(SUPPRESS);
        }
        assertThat(outgoing.next()).isEmpty();
    }

    private static Call message(ByteString data) {
        return Call.newBuilder()
                .setType(Call.Type.MESSAGE)
                .setMessage(
                        Call.Message.newBuilder()
                                .setAgentId(AgentID.newBuilder().setValue("a"))
                                .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                                .setData(data))
                .build();
    }

    private FakeMaster answering(int status) throws IOException {
        var master = new AtomicReference<FakeMaster>();
        return serve(
                master,
                (exchange, request) -> {
                    if (request.call().getType() == Call.Type.SUBSCRIBE) {
                        FakeMaster.say(FakeMaster.accept(exchange), HEARTBEAT);
                        master.get().stay();
                    } else {
                        FakeMaster.answer(exchange, status, "");
                    }
                });
    }

    /** It subscribes, and answers nothing after that. */
    private FakeMaster silent() throws IOException {
        var master = new AtomicReference<FakeMaster>();
        return serve(
                master,
                (exchange, request) -> {
                    if (request.call().getType() == Call.Type.SUBSCRIBE) {
                        FakeMaster.say(FakeMaster.accept(exchange), HEARTBEAT);
                    }
                    master.get().stay();
                });
    }

    private FakeMaster serve(AtomicReference<FakeMaster> place, FakeMaster.Answer answer) throws IOException {
        var master = new FakeMaster(answer);
        place.set(master);
        open.addLast(master::close);
        return master;
    }

    private Conversation<Call> begin(FakeMaster master, Duration answerBound) {
        var http = new MesosHttp(MasterAccess.OPEN, answerBound);
        listener.at.set(URI.create("http://" + master.address() + SchedulerParty.PATH));
        listener.http.set(http);
        var conversation = new Conversation<>("test", listener, http);
        open.addFirst(conversation::end);
        conversation.start();
        return conversation;
    }
}
