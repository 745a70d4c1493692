package dev.capstan.kernel.rpc.socket;

import static dev.capstan.kernel.rpc.socket.Processes.BOUND;
import static dev.capstan.kernel.rpc.socket.Processes.answers;
import static dev.capstan.kernel.rpc.socket.Processes.word;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.capstan.kernel.rpc.Refusal;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.testing.Await;
import dev.capstan.testing.CapturedLog;
import dev.capstan.testing.Recorder;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.ObjectOutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;

/** Those who knock at a node's port and are none of its peers. */
@Tag("live")
class StrangersTest {
    private final Processes processes = new Processes();
    private final Ears hostsEars = new Ears();
    private final SocketNode host = processes.node("host", hostsEars, Map.of());

    @AfterEach
    void close() {
        processes.close();
    }

    /** One that knows where the host is. */
    private SocketNode guest(SocketSettings settings, Ears ears) {
        return processes.node("guest", ears, settings.withContacts(Map.of("host", host.address())));
    }

    private void stillServesItsPeers() throws IOException {
        SocketNode friend = guest(processes.settings(), new Ears());
        assertThat(friend.request("host", word("?"), BOUND)).containsExactly(Ears.ANSWER);
        assertThat(hostsEars.heard).isEmpty();
    }

    /** Sends the bytes and waits for the host to hang up. */
    private void isTurnedAway(byte[] bytes) throws IOException {
        try (Socket socket = knock()) {
            socket.getOutputStream().write(bytes);
            socket.shutdownOutput();
            InputStream answer = socket.getInputStream();
            assertThat(answer.readNBytes(64 << 10).length).as("what a stranger is told").isLessThan(1_000);
        } catch (java.net.SocketException e) {
            assertThat(e).as("it may hang up before all has been said").hasMessageMatching("(?i).*(reset|pipe).*");
        }
    }

    private Socket knock() throws IOException {
        var socket = new Socket();
        socket.connect(new InetSocketAddress("127.0.0.1", host.address().getPort()), (int) BOUND.toMillis());
        socket.setSoTimeout((int) BOUND.toMillis());
        return socket;
    }

    private static byte[] frame(int length, int kind, byte[] body) {
        return ByteBuffer.allocate(5 + body.length).putInt(length).put((byte) kind).put(body).array();
    }

    private static byte[] greeting() {
        return frame(39, 1, ByteBuffer.allocate(38).putInt(0x4350534e).putShort((short) 1).array());
    }

    @Test
    void whoIsTurnedAwayIsWarnedOfAndWhoLeavesByItselfIsNot() throws IOException {
        try (CapturedLog log = CapturedLog.of(Rejections.class)) {
            knock().close();
            try (Socket reset = knock()) {
                reset.getOutputStream().write(greeting(), 0, 10);
                reset.setSoLinger(true, 0);
            }
            assertThat(Await.until(() -> log.lines(Level.INFO).size() == 2, BOUND)).as("%s", log.lines()).isTrue();
            isTurnedAway(frame(39, 1, new byte[38]));
            assertThat(Await.until(() -> !log.lines(Level.WARNING).isEmpty(), BOUND)).isTrue();
            assertThat(log.lines(Level.WARNING)).singleElement().asString().endsWith("it does not speak our protocol");
        }
        stillServesItsPeers();
    }

    @Test
    void randomBytesAreTurnedAway() throws IOException {
        var random = new Random(7);
        for (int i = 0; i < 300; i++) {
            byte[] bytes = new byte[1 + random.nextInt(3_000)];
            random.nextBytes(bytes);
            if (i % 3 == 0 && bytes.length >= 4) { // a length that could be one
                ByteBuffer.wrap(bytes).putInt(random.nextInt(5_000));
            }
            isTurnedAway(bytes);
        }
        stillServesItsPeers();
    }

    @Test
    void aGreetingThatIsCutOrBentIsTurnedAway() throws IOException {
        byte[] right = greeting();
        var random = new Random(8);
        for (int i = 0; i < right.length; i++) {
            isTurnedAway(Arrays.copyOf(right, i));
            byte[] bent = right.clone();
            bent[i] ^= (byte) (1 << random.nextInt(8));
            isTurnedAway(bent);
        }
        stillServesItsPeers();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 4097, 64 << 20})
    void aLengthThatNoFirstWordHasIsTurnedAwayBeforeItIsRead(int length) throws IOException {
        isTurnedAway(frame(length, 1, new byte[100]));
        stillServesItsPeers();
    }

    @Test
    void framesOfPeersAreTurnedAwayBeforeAProof() throws IOException {
        for (int kind = 0; kind <= 255; kind++) {
            byte[] frame = frame(1 + 12, kind, new byte[12]);
            if (kind != 1) {
                isTurnedAway(frame);
            }
            var both = new ByteArrayOutputStream();
            both.writeBytes(greeting());
            both.writeBytes(frame);
            isTurnedAway(both.toByteArray());
        }
        stillServesItsPeers();
    }

    /** Would tell if it were ever read as an object. */
    private static final class Gadget implements java.io.Serializable {
        private static final long serialVersionUID = 1L;
        static volatile boolean wasRead;

        private void readObject(java.io.ObjectInputStream in) {
            wasRead = true;
        }
    }

    @Test
    void noObjectIsReadOfAStranger() throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new ObjectOutputStream(bytes)) {
            out.writeObject(new Gadget());
        }
        isTurnedAway(bytes.toByteArray());
        byte[] object = bytes.toByteArray();
        isTurnedAway(frame(1 + object.length, 2, object));
        isTurnedAway(frame(1 + object.length, 5, object));
        assertThat(Gadget.wasRead).isFalse();
        stillServesItsPeers();
    }

    @Test
    void whoeverDoesNotKnowTheSecretIsRefusedAndToldSo() throws IOException, InterruptedException {
        var ears = new Ears();
        SocketNode guest = guest(SocketSettings.loopback(Secret.random()), ears);
        assertThatThrownBy(() -> guest.request("host", word("?"), BOUND))
                .hasMessageContaining("secret")
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.REFUSED);
        Refusal refusal = ears.refused.poll(BOUND.toSeconds(), TimeUnit.SECONDS);
        assertThat(refusal).isNotNull();
        assertThat(refusal.kind()).isEqualTo(Refusal.Kind.NO_PROOF);
        stillServesItsPeers();
    }

    @Test
    void whatAPeerSaidIsWorthNothingWhenItIsSaidAgain() throws IOException, InterruptedException {
        try (var recorder = new Recorder(host.address())) {
            SocketNode friend = processes.node("friend", new Ears(), Map.of("host", recorder.address()));
            assertThat(friend.request("host", word("?"), BOUND)).containsExactly(Ears.ANSWER);
            byte[] said = recorder.said();
            assertThat(said.length).isGreaterThan(100);
            isTurnedAway(said);
        }
        stillServesItsPeers();
    }

    @Test
    void oneWhoEncryptsAndOneWhoDoesNotTellEachOtherApart() throws IOException, InterruptedException {
        var ears = new Ears();
        SocketNode guest = guest(processes.settings().withEncryption(true).withPatience(Duration.ofSeconds(2)), ears);
        assertThatThrownBy(() -> guest.request("host", word("?"), BOUND))
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.UNREACHABLE);
        stillServesItsPeers();
    }

    @Test
    void aThousandWhoSayNothingTakeNoPlaceFromPeersForLong() throws IOException, InterruptedException {
        SocketNode other =
                processes.node("hasty", new Ears(), processes.settings().withPatience(Duration.ofSeconds(1)));
        List<Socket> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 1_000; i++) {
                var socket = new Socket();
                socket.connect(new InetSocketAddress("127.0.0.1", other.address().getPort()), (int) BOUND.toMillis());
                idle.add(socket);
            }
            SocketNode friend = processes.node("friend", new Ears(), Map.of("hasty", other.address()));
            assertThat(Await.until(() -> answers(friend, "hasty"), BOUND)).isTrue();
            for (Socket socket : idle) {
                socket.setSoTimeout((int) BOUND.toMillis());
                assertThat(socket.getInputStream().read()).as("hung up").isNegative();
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void oneWhoHangsUpIsToldOfUnlessItIsTheNodeThatLeaves() throws IOException {
        try (CapturedLog log = CapturedLog.of(Rejections.class)) {
            knock().close();
            assertThat(Await.until(() -> log.lines().size() == 1, BOUND)).isTrue();
            try (Socket first = knock();
                    Socket second = knock()) {
                for (Socket socket : List.of(first, second)) {
                    socket.getOutputStream().write(greeting());
                    assertThat(socket.getInputStream().readNBytes(greeting().length)).hasSize(greeting().length);
                }
                host.admitNobody();
                first.shutdownOutput();
                host.close();
                assertThat(second.getInputStream().read()).isNegative();
            }
            assertThat(log.lines()).hasSize(1);
        }
    }

    /** As an executor does that is killed while it starts. */
    @Test
    void oneWhoHangsUpAfterTheGreetingOfPeersWasNotTurnedAway() throws IOException, InterruptedException {
        try (CapturedLog log = CapturedLog.of(Rejections.class)) {
            try (Socket socket = knock()) {
                socket.getOutputStream().write(greeting());
                assertThat(socket.getInputStream().readNBytes(greeting().length)).hasSize(greeting().length);
            }
            assertThat(Await.until(() -> !log.lines().isEmpty(), BOUND)).isTrue();
            assertThat(log.lines(Level.WARNING)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void thoseWhoHaveGoneTakeNoMemory(boolean encrypted) throws IOException {
        SocketNode other =
                processes.node(
                        "other",
                        new Ears(),
                        processes.settings().withEncryption(encrypted).withPatience(Duration.ofMinutes(1)));
        int visitors = encrypted ? 10_000 : 20_000;
        visit(other, 1_000);
        long before = usedBytes();
        visit(other, visitors);
        long bound = before + 300L * visitors; // many ways to keep one, each larger
        assertThat(Await.until(() -> usedBytes() < bound, BOUND)).as("%d bytes more", usedBytes() - before).isTrue();
    }

    /** Each hangs up before it has said all of a greeting. */
    private static void visit(SocketNode node, int visitors) throws IOException {
        for (int i = 0; i < visitors; i++) {
            try (var socket = new Socket("127.0.0.1", node.address().getPort())) {
                socket.setSoLinger(true, 0); // so many would take all ports
                socket.getOutputStream().write(greeting(), 0, 20);
            }
        }
    }

    private static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
