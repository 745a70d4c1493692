package dev.capstan.mesos.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.MasterOperation;
import dev.capstan.mesos.wire.RecordWriter;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;

@Tag("live")
class MasterLinkTest {
    private static final Call SUBSCRIBE =
            Call.newBuilder()
                    .setType(Call.Type.SUBSCRIBE)
                    .setSubscribe(
                            Call.Subscribe.newBuilder()
                                    .setFrameworkInfo(FrameworkInfo.newBuilder().setUser("u").setName("n")))
                    .build();
    private static final Event SUBSCRIBED =
            Event.newBuilder()
                    .setType(Event.Type.SUBSCRIBED)
                    .setSubscribed(Event.Subscribed.newBuilder().setFrameworkId(FrameworkID.newBuilder().setValue("f")))
                    .build();
    private static final Event HEARTBEAT = Event.newBuilder().setType(Event.Type.HEARTBEAT).build();
    private static final Call SUPPRESS = Call.newBuilder().setType(Call.Type.SUPPRESS).build();

    @TempDir private Path directory;

    private final BlockingQueue<FrameworkMessage> heard = new LinkedBlockingQueue<>();
    private final Deque<Runnable> open = new ArrayDeque<>();
    private final List<FakeMaster> masters = new ArrayList<>();

    @AfterEach
    void closeAll() {
        open.forEach(Runnable::run);
    }

    @Test
    void eventsArriveInOrderHoweverTheyAreCut() throws IOException, InterruptedException {
        FakeMaster master =
                master((exchange, _) -> {
                    OutputStream stream = FakeMaster.accept(exchange);
                    FakeMaster.say(stream, SUBSCRIBED);
                    byte[] record = HEARTBEAT.toByteArray();
                    byte[] frame = (record.length + "\n").getBytes(StandardCharsets.US_ASCII);
                    for (byte[] part : List.of(frame, record)) {
                        for (byte each : part) {
                            stream.write(each);
                            stream.flush();
                        }
                    }
                });
        connect(MasterAccess.OPEN, master.address());
        assertThat(next()).isEqualTo(new FrameworkMessage.EventArrived(1, SUBSCRIBED));
        assertThat(next()).isEqualTo(new FrameworkMessage.EventArrived(1, HEARTBEAT));
        assertThat(end().reason()).contains("closed the connection");
        assertThat(master.heard.take().streamId()).isEmpty();
    }

    @Test
    void aStreamThatBreaksWithinAnEventIsToldAsAnEnd() throws IOException, InterruptedException {
        FakeMaster master =
                master((exchange, _) ->
                        FakeMaster.accept(exchange).write("17\nabc".getBytes(StandardCharsets.US_ASCII)));
        connect(MasterAccess.OPEN, master.address());
        assertThat(end().reason()).contains("middle of an event");
    }

    @Test
    void whoIsNoLeaderSendsUsOnWithBodyAndCredentials() throws IOException, InterruptedException {
        FakeMaster leader = master((exchange, _) -> acceptAndStay(exchange));
        FakeMaster second =
                master((exchange, _) ->
                        FakeMaster.redirect(exchange, "//" + leader.address() + "/master/api/v1/scheduler"));
        FakeMaster first =
                master((exchange, _) ->
                        FakeMaster.redirect(exchange, "http://" + second.address() + "/api/v1/scheduler"));
        connect(new MasterAccess(new MasterAccess.Credential("me", "secret"), null), first.address());
        assertThat(next()).isEqualTo(new FrameworkMessage.EventArrived(1, SUBSCRIBED));
        FakeMaster.Heard atLeader = leader.heard.take();
        assertThat(atLeader.call()).isEqualTo(SUBSCRIBE);
        assertThat(atLeader.authorization()).containsExactly("Basic bWU6c2VjcmV0");
    }

    @Test
    void mastersThatSendUsInCirclesAreLeft() throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            int other = 1 - i;
            master((exchange, _) ->
                    FakeMaster.redirect(exchange, "//" + masters.get(other).address() + "/api/v1/scheduler"));
        }
        connect(MasterAccess.OPEN, masters.getFirst().address());
        FrameworkMessage.ConnectionEnded end = end();
        assertThat(end.reason()).contains("in circles");
        assertThat(end.hopeless()).isFalse();
    }

    @Test
    void aMasterThatRecoversIsNoReasonToGiveUp() throws IOException, InterruptedException {
        FakeMaster master =
                master((exchange, _) -> FakeMaster.answer(exchange, 503, "Master has not finished recovery"));
        connect(MasterAccess.OPEN, master.address());
        FrameworkMessage.ConnectionEnded end = end();
        assertThat(end.hopeless()).isFalse();
        assertThat(end.reason()).contains("not ready", "Master has not finished recovery", master.address().toString());
    }

    @Test
    void wrongCredentialsAreFinalAndNameThePrincipal() throws IOException, InterruptedException {
        FakeMaster master = master((exchange, _) -> FakeMaster.answer(exchange, 401, ""));
        connect(new MasterAccess(new MasterAccess.Credential("me", "secret"), null), master.address());
        FrameworkMessage.ConnectionEnded end = end();
        assertThat(end.hopeless()).isTrue();
        assertThat(end.reason()).contains("credentials of me").doesNotContain("secret");
    }

    @Test
    void someoneElsesWebPageIsNoMaster() throws IOException, InterruptedException {
        FakeMaster page = master((exchange, _) -> FakeMaster.answer(exchange, 200, "<html>Welcome</html>"));
        FakeMaster missing = master((exchange, _) -> FakeMaster.answer(exchange, 404, "Not Found"));
        connect(MasterAccess.OPEN, page.address(), missing.address());
        FrameworkMessage.ConnectionEnded end = end();
        assertThat(end.hopeless()).isFalse(); // a master that starts answers 404 as well
        assertThat(end.reason())
                .contains(page.address() + " answers, but not as a Mesos master")
                .contains(missing.address() + " answers, but not as a Mesos master: status 404");
    }

    @Test
    void aMasterThatDoesNotListenIsPassedOver() throws IOException, InterruptedException {
        FakeMaster master = master((exchange, _) -> acceptAndStay(exchange));
        connect(MasterAccess.OPEN, nobody(), master.address());
        assertThat(next()).isEqualTo(new FrameworkMessage.EventArrived(1, SUBSCRIBED));
    }

    @Test
    void aRedirectToWhereNobodyListensNamesBothEnds() throws IOException, InterruptedException {
        HostPort nobody = nobody();
        FakeMaster master = master((exchange, _) -> FakeMaster.redirect(exchange, "//" + nobody));
        connect(MasterAccess.OPEN, master.address());
        assertThat(end().reason())
                .isEqualTo(nobody + ": nothing listens there (we are sent there by " + master.address() + ")");
    }

    @Test
    void nobodyListeningIsSaidInWords() throws IOException, InterruptedException {
        HostPort nobody = nobody();
        connect(MasterAccess.OPEN, nobody);
        assertThat(end().reason()).isEqualTo(nobody + ": nothing listens there");
    }

    @Test
    void aStateThatIsNewerThanWeAreIsHeardAndCostsNoConnection() throws IOException, InterruptedException {
        Event known =
                Event.newBuilder()
                        .setType(Event.Type.UPDATE)
                        .setUpdate(
                                Event.Update.newBuilder()
                                        .setStatus(
                                                TaskStatus.newBuilder()
                                                        .setTaskId(TaskID.newBuilder().setValue("t"))
                                                        .setState(TaskState.TASK_RUNNING)))
                        .build();
        byte[] newer = known.toByteArray();
        newer[newer.length - 1] = 99; // the last field is the state
        FakeMaster master =
                master((exchange, _) -> {
                    OutputStream stream = FakeMaster.accept(exchange);
                    stream.write(RecordWriter.frame(newer));
                    FakeMaster.say(stream, HEARTBEAT);
                });
        connect(MasterAccess.OPEN, master.address());
        assertThat(next())
                .isInstanceOfSatisfying(
                        FrameworkMessage.EventArrived.class,
                        heard -> {
                            TaskStatus status = heard.event().getUpdate().getStatus();
                            assertThat(status.getTaskId().getValue()).isEqualTo("t");
                            assertThat(status.hasState()).isFalse();
                        });
        assertThat(next()).isEqualTo(new FrameworkMessage.EventArrived(1, HEARTBEAT));
    }

    @Test
    void aReasonThatNeverEndsHoldsUpNoLaterCall() throws IOException, InterruptedException {
        FakeMaster master =
                master((exchange, request) -> {
                    switch (request.call().getType()) {
                        case SUBSCRIBE -> acceptAndStay(exchange);
                        case SUPPRESS -> {
                            exchange.sendResponseHeaders(400, 0);
                            exchange.getResponseBody().write("because".getBytes(StandardCharsets.US_ASCII));
                            exchange.getResponseBody().flush();
                            masters.getFirst().stay();
                        }
                        default -> FakeMaster.answer(exchange, 400, "not now");
                    }
                });
        MasterLink link = connect(MasterAccess.OPEN, master.address());
        next();
        link.perform(new MasterOperation.Say(1, SUPPRESS), _ -> {});
        link.perform(new MasterOperation.Say(1, revive("role")), _ -> {});
        assertThat(next()).isEqualTo(new FrameworkMessage.CallRefused(1, SUPPRESS, "because"));
        assertThat(next()).isEqualTo(new FrameworkMessage.CallRefused(1, revive("role"), "not now"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//",
                "//:5050",
                "//127.0.0.1:99999",
                "//127.0.0.1:0",
                "//a b",
                "file:///etc/passwd",
                "mailto:somebody",
                "//[::1",
                "//user@127.0.0.1:1/",
                "//under_score:5050"
            })
    void aRedirectToNoAddressEndsTheAttemptWithAReason(String location) throws IOException, InterruptedException {
        FakeMaster master = master((exchange, _) -> FakeMaster.redirect(exchange, location));
        connect(MasterAccess.OPEN, master.address());
        assertThat(end().reason()).contains(master.address().toString());
    }

    @Test
    void callsCarryTheStreamIdAndKeepTheirOrder() throws IOException, InterruptedException {
        FakeMaster master =
                master((exchange, request) -> {
                    if (request.call().getType() == Call.Type.SUBSCRIBE) {
                        acceptAndStay(exchange);
                    } else {
                        FakeMaster.answer(exchange, 202, "");
                    }
                });
        MasterLink link = connect(MasterAccess.OPEN, master.address());
        next();
        for (int i = 0; i < 50; i++) {
            link.perform(new MasterOperation.Say(1, revive("role-" + i)), _ -> {});
        }
        assertThat(master.heard.take().call()).isEqualTo(SUBSCRIBE);
        for (int i = 0; i < 50; i++) {
            FakeMaster.Heard each = master.heard.poll(10, TimeUnit.SECONDS);
            assertThat(each).isNotNull();
            assertThat(each.call()).isEqualTo(revive("role-" + i));
            assertThat(each.streamId()).containsExactly(FakeMaster.STREAM_ID);
        }
    }

    @Test
    void theLastCallsAreSentBeforeWeHangUp() throws IOException, InterruptedException {
        FakeMaster master =
                master((exchange, request) -> {
                    if (request.call().getType() == Call.Type.SUBSCRIBE) {
                        acceptAndStay(exchange);
                    } else {
                        FakeMaster.answer(exchange, 202, "");
                    }
                });
        MasterLink link = connect(MasterAccess.OPEN, master.address());
        next();
        Call teardown = Call.newBuilder().setType(Call.Type.TEARDOWN).build();
        link.perform(new MasterOperation.Say(1, teardown), _ -> {});
        link.perform(new MasterOperation.HangUp(1), _ -> {});
        link.close();
        assertThat(master.heard).extracting(FakeMaster.Heard::call).containsExactly(SUBSCRIBE, teardown);
        assertThat(heard).isEmpty(); // who hangs up is told nothing
    }

    @Test
    void aWrongStreamIdEndsTheConversationAndABadCallDoesNot() throws IOException, InterruptedException {
        FakeMaster master =
                master((exchange, request) -> {
                    switch (request.call().getType()) {
                        case SUBSCRIBE -> acceptAndStay(exchange);
                        case SUPPRESS -> FakeMaster.answer(exchange, 400, "Not a valid UUID");
                        default ->
                                FakeMaster.answer(
                                        exchange, 400, "The stream ID 'x' included in this request didn't match");
                    }
                });
        MasterLink link = connect(MasterAccess.OPEN, master.address());
        next();
        link.perform(new MasterOperation.Say(1, SUPPRESS), _ -> {});
        assertThat(next()).isEqualTo(new FrameworkMessage.CallRefused(1, SUPPRESS, "Not a valid UUID"));
        link.perform(new MasterOperation.Say(1, revive("role")), _ -> {});
        assertThat(end().reason()).contains("REVIVE", "stream ID");
    }

    @Test
    void onlyOfAnotherDescriptionIsItToldThatTheMasterHasTakenIt() throws IOException, InterruptedException {
        FakeMaster master =
                master((exchange, request) -> {
                    switch (request.call().getType()) {
                        case SUBSCRIBE -> acceptAndStay(exchange);
                        case UPDATE_FRAMEWORK -> FakeMaster.answer(exchange, 200, "");
                        case TEARDOWN -> FakeMaster.answer(exchange, 400, "never");
                        default -> FakeMaster.answer(exchange, 202, "");
                    }
                });
        MasterLink link = connect(MasterAccess.OPEN, master.address());
        next();
        Call update =
                Call.newBuilder()
                        .setType(Call.Type.UPDATE_FRAMEWORK)
                        .setUpdateFramework(
                                Call.UpdateFramework.newBuilder()
                                        .setFrameworkInfo(FrameworkInfo.newBuilder().setUser("u").setName("n")))
                        .build();
        Call teardown = Call.newBuilder().setType(Call.Type.TEARDOWN).build();
        link.perform(new MasterOperation.Say(1, SUPPRESS), _ -> {});
        link.perform(new MasterOperation.Say(1, update), _ -> {});
        link.perform(new MasterOperation.Say(1, teardown), _ -> {});
        assertThat(next()).isEqualTo(new FrameworkMessage.CallDone(1, update));
        assertThat(next()).isEqualTo(new FrameworkMessage.CallRefused(1, teardown, "never"));
    }

    @Test
    void whatIsSaidOnAnOlderConnectionIsNotSent() throws IOException, InterruptedException {
        FakeMaster master = master((exchange, _) -> acceptAndStay(exchange));
        MasterLink link = connect(MasterAccess.OPEN, master.address());
        next();
        link.perform(new MasterOperation.Connect(2, SUBSCRIBE), _ -> {});
        assertThat(next()).isEqualTo(new FrameworkMessage.EventArrived(2, SUBSCRIBED));
        link.perform(new MasterOperation.Say(1, SUPPRESS), _ -> {});
        link.perform(new MasterOperation.HangUp(1), _ -> {});
        assertThat(master.heard).extracting(FakeMaster.Heard::call).containsExactly(SUBSCRIBE, SUBSCRIBE);
    }

    @Test
    void aReceiverThatIsSlowSlowsTheMasterAndLosesNothing() throws IOException, InterruptedException {
        int events = 20_000;
        byte[] padding = new byte[4_000];
        FakeMaster master =
                master((exchange, _) -> {
                    OutputStream stream = FakeMaster.accept(exchange);
                    for (int i = 0; i < events; i++) {
                        FakeMaster.say(stream, numbered(i, padding));
                    }
                });
        BlockingQueue<FrameworkMessage> slow = new SynchronousQueue<>();
        link(
                MasterAccess.OPEN,
                List.of(master.address()),
                message -> {
                    try {
                        slow.put(message);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        for (int i = 0; i < events; i++) {
            assertThat(slow.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(new FrameworkMessage.EventArrived(1, numbered(i, padding)));
        }
    }

    @Test
    void anEncryptedMasterIsTrustedByItsCertificateOnly() throws IOException, InterruptedException {
        var keys = TestKeys.make(directory);
        var master = new FakeMaster(keys.serverSide(), (exchange, _) -> acceptAndStay(exchange));
        open.addLast(master::close);
        masters.add(master);
        connect(new MasterAccess(null, TrustedCertificates.in(keys.certificate())), master.address());
        assertThat(next()).isEqualTo(new FrameworkMessage.EventArrived(1, SUBSCRIBED));

        connect(new MasterAccess(null, TrustedCertificates.ofTheJdk()), master.address());
        assertThat(end().reason()).contains(master.address().toString(), "certificat");
    }

    @Test
    void aFileWithoutCertificatesIsNamed() throws IOException {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");
        assertThatThrownBy(() -> TrustedCertificates.in(empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no certificate in " + empty);
    }

    private static Event numbered(int number, byte[] padding) {
        byte[] text = Arrays.copyOf(padding, padding.length + 4);
        text[padding.length] = (byte) (number >>> 8);
        text[padding.length + 1] = (byte) number;
        return Event.newBuilder()
                .setType(Event.Type.MESSAGE)
                .setMessage(
                        Event.Message.newBuilder()
                                .setAgentId(org.apache.mesos.v1.Protos.AgentID.newBuilder().setValue("a"))
                                .setExecutorId(org.apache.mesos.v1.Protos.ExecutorID.newBuilder().setValue("e"))
                                .setData(com.google.protobuf.ByteString.copyFrom(text)))
                .build();
    }

    private static Call revive(String role) {
        return Call.newBuilder().setType(Call.Type.REVIVE).setRevive(Call.Revive.newBuilder().addRoles(role)).build();
    }

    private void acceptAndStay(com.sun.net.httpserver.HttpExchange exchange) throws IOException {
        FakeMaster.say(FakeMaster.accept(exchange), SUBSCRIBED);
        for (FakeMaster master : List.copyOf(masters)) {
            if (master.address().port() == exchange.getLocalAddress().getPort()) {
                master.stay();
            }
        }
    }

    private FakeMaster master(FakeMaster.Answer answer) throws IOException {
        var master = new FakeMaster(answer);
        open.addLast(master::close);
        masters.add(master);
        return master;
    }

    private MasterLink connect(MasterAccess access, HostPort... masters) {
        return link(access, List.of(masters), heard::add);
    }

    private MasterLink link(
            MasterAccess access, List<HostPort> masters, java.util.function.Consumer<FrameworkMessage> told) {
        var link = new MasterLink(new MasterPlace.Listed(masters), access, told);
        open.addFirst(link::close);
        link.perform(new MasterOperation.Connect(1, SUBSCRIBE), _ -> {});
        return link;
    }

    private FrameworkMessage next() throws InterruptedException {
        FrameworkMessage message = heard.poll(20, TimeUnit.SECONDS);
        assertThat(message).as("something heard within 20 s").isNotNull();
        return message;
    }

    private FrameworkMessage.ConnectionEnded end() throws InterruptedException {
        FrameworkMessage message = next();
        assertThat(message).isInstanceOf(FrameworkMessage.ConnectionEnded.class);
        return (FrameworkMessage.ConnectionEnded) message;
    }

    private static HostPort nobody() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return new HostPort("127.0.0.1", socket.getLocalPort());
        }
    }
}
