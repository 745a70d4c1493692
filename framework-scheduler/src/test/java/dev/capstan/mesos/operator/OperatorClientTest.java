package dev.capstan.mesos.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;

import dev.capstan.mesos.master.FakeMaster;
import dev.capstan.mesos.master.HostPort;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterException;
import dev.capstan.mesos.master.MasterException.Kind;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.MachineID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.VersionInfo;
import org.apache.mesos.v1.maintenance.Protos.ClusterStatus;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Event;
import org.apache.mesos.v1.master.Protos.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

@Tag("live")
@Timeout(60)
class OperatorClientTest {
    private static final Response VERSION =
            Response.newBuilder()
                    .setType(Response.Type.GET_VERSION)
                    .setGetVersion(
                            Response.GetVersion.newBuilder()
                                    .setVersionInfo(VersionInfo.newBuilder().setVersion("1.11.0")))
                    .build();
    private static final Event HEARTBEAT = Event.newBuilder().setType(Event.Type.HEARTBEAT).build();

    private final Deque<Runnable> open = new ArrayDeque<>();

    @AfterEach
    void closeAll() {
        open.forEach(Runnable::run);
    }

    @Test
    void aQuestionIsAnsweredByTheLeaderToWhomTheOthersSend() throws IOException, InterruptedException {
        FakeMaster leader = master((exchange, _) -> FakeMaster.answer(exchange, VERSION));
        FakeMaster other =
                master((exchange, _) -> FakeMaster.redirect(exchange, "//" + leader.address() + "/master/api/v1"));
        var access = new MasterAccess(new MasterAccess.Credential("me", "secret"), null);
        Response answer = client(access, nobody(), other.address()).get(Call.Type.GET_VERSION);
        assertThat(answer).isEqualTo(VERSION);
        FakeMaster.Heard heard = leader.heard.take();
        assertThat(Call.parseFrom(heard.body()).getType()).isEqualTo(Call.Type.GET_VERSION);
        assertThat(heard.authorization()).containsExactly("Basic bWU6c2VjcmV0");
        assertThat(heard.streamId()).isEmpty();
    }

    @Test
    void partOfAFileIsReadFromWhereItIsAskedFor() throws IOException, InterruptedException {
        var part = Response.ReadFile.newBuilder().setData(ByteString.copyFromUtf8("lines")).setSize(90).build();
        Response response = Response.newBuilder().setType(Response.Type.READ_FILE).setReadFile(part).build();
        FakeMaster master = master((exchange, _) -> FakeMaster.answer(exchange, response));
        assertThat(client(master).readFile("/master/log", 40, 5)).isEqualTo(part);
        Call.ReadFile asked = said(master).getReadFile();
        assertThat(asked.getPath()).isEqualTo("/master/log");
        assertThat(asked.getOffset()).isEqualTo(40);
        assertThat(asked.getLength()).isEqualTo(5);
    }

    @Test
    void partOfAFileIsAskedForAndReadByTheBytesOfTheProtocol() throws IOException, InterruptedException {
        FakeMaster master = inBytes("08074209085a12056c696e6573");
        Response.ReadFile part = client(master).readFile("/master/log", 40, 5);
        assertThat(part.getData().toStringUtf8()).isEqualTo("lines");
        assertThat(part.getSize()).isEqualTo(90);
        assertThat(hex(master)).isEqualTo("08082a110a0b2f6d61737465722f6c6f6710281805");
    }

    @Test
    void aDirectoryIsListedByTheBytesOfTheProtocol() throws IOException, InterruptedException {
        FakeMaster master = inBytes("08063a170a150a0b2f6d61737465722f6c6f671001185a28a48302");
        Response.ListFiles files = client(master).listFiles("/master");
        assertThat(files.getFileInfosList())
                .singleElement()
                .satisfies(file -> {
                    assertThat(file.getPath()).isEqualTo("/master/log");
                    assertThat(file.getSize()).isEqualTo(90);
                    assertThat(file.getMode()).isEqualTo(0_100_644);
                });
        assertThat(hex(master)).isEqualTo("080722090a072f6d6173746572");
    }

    @Test
    void flagsAreReadByTheBytesOfTheProtocol() throws IOException, InterruptedException {
        FakeMaster master = inBytes("08021a0d0a0b0a0671756f72756d120131");
        Response flags = client(master).get(Call.Type.GET_FLAGS);
        assertThat(flags.getType()).isEqualTo(Response.Type.GET_FLAGS);
        assertThat(flags.getGetFlags().getFlagsList())
                .singleElement()
                .satisfies(flag -> assertThat(flag.getName() + "=" + flag.getValue()).isEqualTo("quorum=1"));
        assertThat(hex(master)).isEqualTo("0802");
    }

    @Test
    void theStatusOfMaintenanceIsReadByTheBytesOfTheProtocol() throws IOException, InterruptedException {
        FakeMaster master =
                inBytes(
                        "08108a012d0a2b0a1a0a180a0b6e6f64652d612e7465737412093132372e302e302e31"
                                + "120d0a0b6e6f64652d622e74657374");
        Response response = client(master).get(Call.Type.GET_MAINTENANCE_STATUS);
        ClusterStatus status = response.getGetMaintenanceStatus().getStatus();
        assertThat(status.getDrainingMachinesList())
                .extracting(machine -> machine.getId().getHostname() + " " + machine.getId().getIp())
                .containsExactly("node-a.test 127.0.0.1");
        assertThat(status.getDownMachinesList()).extracting(MachineID::getHostname).containsExactly("node-b.test");
        assertThat(hex(master)).isEqualTo("0817");
    }

    @Test
    void theScheduleOfMaintenanceIsReadByTheBytesOfTheProtocol() throws IOException, InterruptedException {
        FakeMaster master =
                inBytes(
                        "08119201350a330a310a180a0b6e6f64652d612e7465737412093132372e302e302e31"
                                + "12150a0a0880ccc3f5d2cdf7f41812070880c0e285e368");
        Response response = client(master).get(Call.Type.GET_MAINTENANCE_SCHEDULE);
        assertThat(response.getGetMaintenanceSchedule().getSchedule().getWindowsList())
                .singleElement()
                .satisfies(window -> {
                    assertThat(window.getMachineIds(0).getHostname()).isEqualTo("node-a.test");
                    assertThat(window.getUnavailability().getStart().getNanoseconds())
                            .isEqualTo(1_795_210_487_000_000_000L);
                    assertThat(window.getUnavailability().getDuration().getNanoseconds())
                            .isEqualTo(Duration.ofHours(1).toNanos());
                });
        assertThat(hex(master)).isEqualTo("0818");
    }

    @Test
    void anAnswerWithAKindOfResourceThatIsNewerThanWeAreIsTaken() throws IOException, InterruptedException {
        FakeMaster master =
                inBytes(
                        "0809522f0a2d0a030a016810011a03392e393a0a0a067175616e746110093a130a046370757310001a0909"
                                + "0000000000000040");
        Response response = client(master).get(Call.Type.GET_AGENTS);
        List<Resource> resources = response.getGetAgents().getAgents(0).getTotalResourcesList();
        assertThat(resources).extracting(Resource::hasType).containsExactly(false, true);
        assertThat(ResourceBag.ofReadable(resources).milli("cpus")).isEqualTo(2_000);
    }

    @Test
    void anEventThatLacksWhatMustBeThereEndsNoStream() throws IOException, InterruptedException {
        Event newer =
                Event.newBuilder()
                        .setType(Event.Type.FRAMEWORK_REMOVED)
                        .setFrameworkRemoved(Event.FrameworkRemoved.getDefaultInstance())
                        .buildPartial();
        try (OperatorEvents events = client(saying(newer, HEARTBEAT)).subscribe()) {
            assertThat(events.next()).contains(newer);
            assertThat(events.next()).contains(HEARTBEAT);
        }
    }

    @Test
    void aCallThatOnlyActsIsAnsweredByNothing() throws IOException, InterruptedException {
        FakeMaster master = master((exchange, _) -> FakeMaster.answer(exchange, 202, ""));
        OperatorClient client = client(master);
        client.tearDown("f");
        client.markAgentGone("a");
        client.drainAgent("a", Duration.ofMillis(5_250), true);
        client.deactivateAgent("a");
        client.reactivateAgent("a");
        assertThat(said(master).getTeardown().getFrameworkId().getValue()).isEqualTo("f");
        assertThat(said(master).getMarkAgentGone().getAgentId().getValue()).isEqualTo("a");
        Call.DrainAgent drain = said(master).getDrainAgent();
        assertThat(drain.getMaxGracePeriod().getSeconds()).isEqualTo(5);
        assertThat(drain.getMaxGracePeriod().getNanos()).isEqualTo(250_000_000);
        assertThat(drain.getMarkGone()).isTrue();
        assertThat(said(master).getType()).isEqualTo(Call.Type.DEACTIVATE_AGENT);
        assertThat(said(master).getType()).isEqualTo(Call.Type.REACTIVATE_AGENT);
    }

    @ParameterizedTest
    @CsvSource({
        "400, BAD_REQUEST,  refuses us: its own words",
        "401, UNAUTHORIZED, does not accept the credentials of me",
        "403, FORBIDDEN,    refuses us: its own words",
        "404, NOT_A_MASTER, 'not as a Mesos master: status 404, its own words'",
        "501, NOT_A_MASTER, not as a Mesos master: status 501",
        "503, NOT_READY,    is not ready: its own words",
    })
    void whatIsWrongHasAKindAndTheMastersWords(int status, Kind kind, String words) throws IOException {
        FakeMaster master = master((exchange, _) -> FakeMaster.answer(exchange, status, "its own words"));
        var access = new MasterAccess(new MasterAccess.Credential("me", "secret"), null);
        MasterException wrong = failure(client(access, master.address()));
        assertThat(wrong.kind()).isEqualTo(kind);
        assertThat(wrong).hasMessageContaining(words).hasMessageContaining(master.address().toString());
    }

    @Test
    void aMasterThatDoesNotServeACallSaysSoInItsOwnWords() throws IOException {
        FakeMaster master =
                master((exchange, _) -> {
                    exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=utf-8");
                    FakeMaster.answer(exchange, 501, "not served");
                });
        MasterException wrong = failure(client(master));
        assertThat(wrong.kind()).isEqualTo(Kind.BAD_REQUEST);
        assertThat(wrong).hasMessageContaining("not served");
    }

    @Test
    void nobodyAtAllIsUnreachableAndAWebPageIsNoMaster() throws IOException {
        HostPort nobody = nobody();
        MasterException missing = failure(client(MasterAccess.OPEN, nobody));
        assertThat(missing.kind()).isEqualTo(Kind.UNREACHABLE);
        assertThat(missing).hasMessage(nobody + ": nothing listens there");

        FakeMaster page = master((exchange, _) -> FakeMaster.answer(exchange, 200, "<html>Welcome</html>"));
        MasterException wrong = failure(client(MasterAccess.OPEN, nobody, page.address()));
        assertThat(wrong.kind()).isEqualTo(Kind.NOT_A_MASTER);
        assertThat(wrong).hasMessageContaining("nothing listens there").hasMessageContaining("not as a Mesos master");
    }

    @Test
    void bytesThatAreNoMessageAreNoAnswerOfAMaster() throws IOException {
        FakeMaster master =
                master((exchange, _) -> {
                    exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
                    FakeMaster.answer(exchange, 200, "\u0007 is no field");
                });
        assertThat(failure(client(master)).kind()).isEqualTo(Kind.NOT_A_MASTER);
    }

    @Test
    void eventsComeOneByOneUntilTheMasterEndsThem() throws IOException, InterruptedException {
        Event unknown = Event.newBuilder().setType(Event.Type.UNKNOWN).build();
        try (OperatorEvents events = client(saying(HEARTBEAT, unknown, HEARTBEAT)).subscribe()) {
            assertThat(events.next()).contains(HEARTBEAT);
            assertThat(events.next()).as("what is not known is passed over").contains(HEARTBEAT);
            assertThat(events.next()).isEmpty();
            assertThat(events.next()).as("it stays ended").isEmpty();
        }
    }

    @Test
    void whoTakesEventsSlowlySlowsTheMaster() throws IOException, InterruptedException {
        var sent = new AtomicInteger();
        int events = 2_000;
        Event large =
                Event.newBuilder()
                        .setType(Event.Type.FRAMEWORK_REMOVED)
                        .setFrameworkRemoved(
                                Event.FrameworkRemoved.newBuilder()
                                        .setFrameworkInfo(
                                                org.apache.mesos.v1.Protos.FrameworkInfo.newBuilder()
                                                        .setUser("u")
                                                        .setName("n".repeat(100_000))))
                        .build();
        FakeMaster master =
                master((exchange, _) -> {
                    OutputStream stream = FakeMaster.accept(exchange);
                    for (int i = 0; i < events; i++) {
                        FakeMaster.say(stream, large);
                        sent.incrementAndGet();
                    }
                });
        try (OperatorEvents stream = client(master).subscribe()) {
            for (int i = 0; i < events; i++) {
                assertThat(stream.next()).contains(large);
                // 200 MB in all; what lies between the two ends is bounded by buffers of sockets and sixteen events
                assertThat(sent.get() - i).as("ahead of who takes").isLessThan(500);
            }
            assertThat(stream.next()).isEmpty();
        }
    }

    @Test
    void aMasterThatFallsSilentIsNoticed() throws IOException, InterruptedException {
        Event subscribed =
                Event.newBuilder()
                        .setType(Event.Type.SUBSCRIBED)
                        .setSubscribed(Event.Subscribed.newBuilder().setHeartbeatIntervalSeconds(0.02))
                        .build();
        try (OperatorEvents events = client(fallingSilentAfter(subscribed)).subscribe()) {
            assertThat(events.next()).contains(subscribed);
            assertThatThrownBy(events::next)
                    .isInstanceOf(MasterException.class)
                    .hasMessageContaining("has been silent");
        }
    }

    @Test
    void aStreamThatIsClosedTellsWhoWaits() throws IOException, InterruptedException {
        OperatorEvents events = client(fallingSilentAfter(HEARTBEAT)).subscribe();
        assertThat(events.next()).contains(HEARTBEAT);
        Thread closing = Thread.ofVirtual().start(events::close);
        assertThatThrownBy(events::next).isInstanceOf(MasterException.class).hasMessageContaining("broken off");
        closing.join();
    }

    /** A master that gives one answer, as it stands in the protocol. */
    private FakeMaster inBytes(String hex) throws IOException {
        return master((exchange, _) -> {
            byte[] bytes = HexFormat.of().parseHex(hex);
            exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        });
    }

    private static String hex(FakeMaster master) throws InterruptedException {
        return HexFormat.of().formatHex(master.heard.take().body());
    }

    private static Call said(FakeMaster master) throws IOException, InterruptedException {
        return Call.parseFrom(master.heard.take().body());
    }

    /** A master that says these, and ends the stream. */
    private FakeMaster saying(Event... events) throws IOException {
        return master((exchange, _) -> {
            OutputStream stream = FakeMaster.accept(exchange);
            for (Event event : events) {
                FakeMaster.say(stream, event);
            }
        });
    }

    /** A master that says this, and nothing more. */
    private FakeMaster fallingSilentAfter(Event event) throws IOException {
        FakeMaster[] master = new FakeMaster[1];
        master[0] =
                master((exchange, _) -> {
                    FakeMaster.say(FakeMaster.accept(exchange), event);
                    master[0].stay();
                });
        return master[0];
    }

    private static MasterException failure(OperatorClient client) {
        return catchThrowableOfType(MasterException.class, () -> client.get(Call.Type.GET_VERSION));
    }

    private FakeMaster master(FakeMaster.Answer answer) throws IOException {
        var master = new FakeMaster(answer);
        open.addLast(master::close);
        return master;
    }

    private OperatorClient client(FakeMaster master) {
        return client(MasterAccess.OPEN, master.address());
    }

    private OperatorClient client(MasterAccess access, HostPort... masters) {
        var client = new OperatorClient(new MasterPlace.Listed(List.of(masters)), access);
        open.addFirst(client::close);
        return client;
    }

    private static HostPort nobody() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return new HostPort("127.0.0.1", socket.getLocalPort());
        }
    }
}
