package dev.capstan.mesos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.master.FakeMaster;
import dev.capstan.mesos.master.HostPort;

import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

@Tag("live")
class AgentLinkTest {
    private static final Event HEARTBEAT = Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
    private static final Call SUBSCRIBE = call(Call.Type.SUBSCRIBE);
    private static final Call MESSAGE = call(Call.Type.MESSAGE);

    private final BlockingQueue<ExecutorMessage> heard = new LinkedBlockingQueue<>();
    private final Deque<Runnable> open = new ArrayDeque<>();

    private static Call call(Call.Type type) {
        return Call.newBuilder()
                .setType(type)
                .setFrameworkId(FrameworkID.newBuilder().setValue("f"))
                .setExecutorId(ExecutorID.newBuilder().setValue("e"))
                .build();
    }

    @AfterEach
    void closeAll() {
        open.forEach(Runnable::run);
    }

    @Test
    void allThatIsSaidCarriesTheTokenAndKeepsItsOrder() throws IOException, InterruptedException {
        FakeMaster agent = agent();
        AgentLink link = connect(agent.address(), "a.b.c");
        assertThat(next()).isEqualTo(new ExecutorMessage.EventArrived(1, HEARTBEAT));
        for (int i = 0; i < 20; i++) {
            link.perform(new AgentOperation.Say(1, MESSAGE), _ -> {});
        }
        FakeMaster.Heard first = agent.heard.take();
        assertThat(Call.parseFrom(first.body())).isEqualTo(SUBSCRIBE);
        assertThat(first.authorization()).containsExactly("Bearer a.b.c");
        for (int i = 0; i < 20; i++) {
            FakeMaster.Heard each = agent.heard.poll(10, TimeUnit.SECONDS);
            assertThat(each).isNotNull();
            assertThat(each.authorization()).containsExactly("Bearer a.b.c");
            assertThat(each.streamId()).as("executors have none").isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "400, true,  refuses this executor: its own words",
        "401, true,  does not accept the token of this executor",
        "403, true,  refuses this executor: its own words",
        "404, false, not as a Mesos agent: status 404",
        "503, false, is not ready: its own words",
    })
    void anAgentThatDoesNotTakeUsSaysWhetherThereIsHope(int status, boolean hopeless, String words)
            throws IOException, InterruptedException {
        FakeMaster agent = fake((exchange, _) -> FakeMaster.answer(exchange, status, "its own words"));
        connect(agent.address(), "secret-token");
        ExecutorMessage.ConnectionEnded end = end();
        assertThat(end.hopeless()).isEqualTo(hopeless);
        assertThat(end.reason()).contains(words, agent.address().toString()).doesNotContain("secret-token");
    }

    @Test
    void aWebPageAndNobodyAreNoAgents() throws IOException, InterruptedException {
        FakeMaster page = fake((exchange, _) -> FakeMaster.answer(exchange, 200, "<html>Welcome</html>"));
        connect(page.address(), "");
        assertThat(end().reason()).isEqualTo(page.address() + " answers, but not as a Mesos agent");

        HostPort nobody;
        try (var socket = new ServerSocket(0)) {
            nobody = new HostPort("127.0.0.1", socket.getLocalPort());
        }
        connect(nobody, "");
        assertThat(end()).isEqualTo(new ExecutorMessage.ConnectionEnded(1, false, nobody + ": nothing listens there"));
    }

    @Test
    void aCallThatIsRefusedIsToldAndOneOfAnUnknownExecutorEndsTheConversation()
            throws IOException, InterruptedException {
        var words = new AtomicReference<>("Not a valid UUID");
        AtomicReference<FakeMaster> agent = new AtomicReference<>();
        agent.set(
                fake((exchange, request) -> {
                    if (Call.parseFrom(request.body()).getType() == Call.Type.SUBSCRIBE) {
                        FakeMaster.say(FakeMaster.accept(exchange), HEARTBEAT);
                        agent.get().stay();
                    } else {
                        FakeMaster.answer(exchange, 400, words.get());
                    }
                }));
        AgentLink link = connect(agent.get().address(), "");
        next();
        link.perform(new AgentOperation.Say(1, MESSAGE), _ -> {});
        assertThat(next()).isEqualTo(new ExecutorMessage.CallRefused(1, MESSAGE, "Not a valid UUID"));
        words.set("Executor cannot be found");
        link.perform(new AgentOperation.Say(1, MESSAGE), _ -> {});
        assertThat(end().reason()).contains("MESSAGE", "Executor cannot be found");
    }

    @Test
    void anEventOfANewerAgentIsHeardAndCostsNoConnection() throws IOException, InterruptedException {
        Event newer =
                Event.newBuilder()
                        .setType(Event.Type.LAUNCH)
                        .setLaunch(
                                Event.Launch.newBuilder()
                                        .setTask(TaskInfo.newBuilder().setName("t").buildPartial())
                                        .buildPartial())
                        .buildPartial();
        FakeMaster agent =
                fake((exchange, _) -> {
                    OutputStream stream = FakeMaster.accept(exchange);
                    FakeMaster.say(stream, newer);
                    FakeMaster.say(stream, HEARTBEAT);
                });
        connect(agent.address(), "");
        assertThat(next()).isEqualTo(new ExecutorMessage.EventArrived(1, newer));
        assertThat(next()).isEqualTo(new ExecutorMessage.EventArrived(1, HEARTBEAT));
    }

    @Test
    void theLastCallsAreSentBeforeItHangsUp() throws IOException, InterruptedException {
        FakeMaster agent = agent();
        AgentLink link = connect(agent.address(), "");
        next();
        link.perform(new AgentOperation.Say(1, MESSAGE), _ -> {});
        link.perform(new AgentOperation.HangUp(1), _ -> {});
        link.close();
        assertThat(agent.heard).hasSize(2);
        assertThat(heard).isEmpty();
    }

    private FakeMaster agent() throws IOException {
        AtomicReference<FakeMaster> agent = new AtomicReference<>();
        agent.set(
                fake((exchange, request) -> {
                    if (Call.parseFrom(request.body()).getType() == Call.Type.SUBSCRIBE) {
                        FakeMaster.say(FakeMaster.accept(exchange), HEARTBEAT);
                        agent.get().stay();
                    } else {
                        FakeMaster.answer(exchange, 202, "");
                    }
                }));
        return agent.get();
    }

    private FakeMaster fake(FakeMaster.Answer answer) throws IOException {
        var agent = new FakeMaster(answer);
        open.addLast(agent::close);
        return agent;
    }

    private AgentLink connect(HostPort agent, String token) throws IOException {
        var environment =
                new AgentEnvironment(
                        agent,
                        "a",
                        "f",
                        "e",
                        true,
                        Duration.ofMinutes(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        token,
                        false,
                        "");
        var link = new AgentLink(environment, heard::add);
        open.addFirst(link::close);
        link.perform(new AgentOperation.Connect(1, SUBSCRIBE), _ -> {});
        return link;
    }

    private ExecutorMessage next() throws InterruptedException {
        ExecutorMessage message = heard.poll(20, TimeUnit.SECONDS);
        assertThat(message).as("something heard within 20 s").isNotNull();
        return message;
    }

    private ExecutorMessage.ConnectionEnded end() throws InterruptedException {
        ExecutorMessage message = next();
        assertThat(message).isInstanceOf(ExecutorMessage.ConnectionEnded.class);
        return (ExecutorMessage.ConnectionEnded) message;
    }
}
