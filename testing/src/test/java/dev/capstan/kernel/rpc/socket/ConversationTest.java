package dev.capstan.kernel.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Receiver;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.ArrayList;
import java.util.List;

/** What a peer that is known may not say. */
@Tag("live")
class ConversationTest {
    private static final Hello PEER = new Hello(Hello.PROTOCOL, "cluster", "test", "peer", 1, 1);

    private final List<String> lost = new ArrayList<>();
    private final SocketTransport transport =
            new SocketTransport(SocketSettings.loopback(Secret.random()), TestForms.ALL);
    private final SocketNode host =
            transport.join(
                    new Hello(Hello.PROTOCOL, "cluster", "test", "host", 1, 1),
                    new Receiver() {
                        @Override
                        public void receive(Address to, Message message) {}

                        @Override
                        public void peerLost(String node, String reason) {
                            lost.add(node + ": " + reason);
                        }
                    });

    @AfterEach
    void close() {
        transport.close();
    }

    private void isTheEndOfTheConversation(ByteBuf frame, String reason) {
        var way = new Way(host, "peer", false);
        way.settle(new byte[] {1}, PEER);
        var channel = new EmbeddedChannel(new Conversation(host, way));
        way.open(channel);
        channel.writeInbound(frame);
        assertThat(channel.isOpen()).isFalse();
        assertThat(lost).containsExactly("peer: " + reason);
    }

    private static ByteBuf frame(Frame kind) {
        return Unpooled.buffer().writeByte(kind.code()).writeInt(7);
    }

    @ParameterizedTest
    @CsvSource({"0", "-1", "-2147483648"})
    void aCreditThatIsNoneEndsTheConnection(int bytes) {
        isTheEndOfTheConversation(frame(Frame.CREDIT).writeInt(bytes), "a credit of " + bytes + " bytes");
    }

    @ParameterizedTest
    @CsvSource({"0, 1000", "-1, 1000", "65536, -1", "65536, 9223372036854775807"})
    void aStreamThatNobodyCouldReadEndsTheConnection(int window, long patienceMillis) {
        isTheEndOfTheConversation(
                frame(Frame.OPEN).writeInt(window).writeLong(patienceMillis),
                "a stream with a window of " + window + " bytes and a patience of " + patienceMillis + " ms");
    }
}
