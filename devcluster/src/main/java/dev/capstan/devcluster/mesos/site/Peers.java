package dev.capstan.devcluster.mesos.site;

import com.google.protobuf.Message;

import dev.capstan.devcluster.mesos.http.EventStream;
import dev.capstan.devcluster.mesos.http.Exchange;
import dev.capstan.devcluster.mesos.http.HttpAnswer;
import dev.capstan.devcluster.mesos.json.ProtoJson;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.kernel.actor.Address;
import dev.capstan.mesos.wire.RecordWriter;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** The requests that wait for an actor, and the streams that it writes, each under an address of its own. */
public final class Peers {
    /** The node of all their addresses. */
    public static final String NODE = "peer";

    /** A request, and then maybe a stream. */
    private static final class Peer {
        private final Exchange exchange;
        private final MediaType type;
        private final Consumer<Address> whenClosed;
        private @Nullable EventStream stream;

        Peer(Exchange exchange, MediaType type, Consumer<Address> whenClosed) {
            this.exchange = exchange;
            this.type = type;
            this.whenClosed = whenClosed;
        }
    }

    private final Map<Address, Peer> peers = new ConcurrentHashMap<>();
    private final AtomicLong count = new AtomicLong();

    /**
     * Takes in a request.
     *
     * @param type in which it is answered
     * @param whenClosed told when a stream was opened and its peer is gone
     */
    public Address add(Exchange exchange, MediaType type, Consumer<Address> whenClosed) {
        var address = new Address(NODE, Long.toString(count.incrementAndGet()));
        peers.put(address, new Peer(exchange, type, whenClosed));
        return address;
    }

    /** Brings what an actor answers; called by one thread at a time for each address. */
    public void deliver(Address to, Reply reply) {
        Peer peer = peers.get(to);
        if (peer == null) {
            return; // gone in the meantime
        }
        switch (reply) {
            case Reply.Refused(var status, var text) -> complete(to, peer, HttpAnswer.text(status, text));
            case Reply.Accepted() -> complete(to, peer, HttpAnswer.empty(202));
            case Reply.Done() -> complete(to, peer, HttpAnswer.empty(200));
            case Reply.Answered(var body) ->
                    complete(to, peer, HttpAnswer.of(200, peer.type.header(), encoded(peer.type, body)));
            case Reply.Json(var text) ->
                    complete(
                            to,
                            peer,
                            HttpAnswer.of(200, MediaType.JSON.header(), text.getBytes(StandardCharsets.UTF_8)));
            case Reply.Opened(var streamId) -> open(to, peer, streamId);
            case Reply.Emitted(var event) -> {
                if (peer.stream != null) {
                    peer.stream.send(RecordWriter.frame(encoded(peer.type, event)));
                }
            }
            case Reply.Ended() -> {
                peers.remove(to);
                if (peer.stream != null) {
                    peer.stream.end();
                }
            }
        }
    }

    private void complete(Address to, Peer peer, HttpAnswer answer) {
        peers.remove(to);
        peer.exchange.answer(answer);
    }

    private void open(Address to, Peer peer, @Nullable String streamId) {
        Map<String, String> headers = new LinkedHashMap<>();
        if (streamId != null) {
            headers.put("Mesos-Stream-Id", streamId);
        }
        headers.put("Content-Type", peer.type.header());
        peer.stream =
                peer.exchange.open(
                        headers,
                        () -> {
                            peers.remove(to);
                            peer.whenClosed.accept(to);
                        });
    }

    private static byte[] encoded(MediaType type, Message message) {
        return switch (type) {
            case JSON -> ProtoJson.write(message).getBytes(StandardCharsets.UTF_8);
            case PROTOBUF -> message.toByteArray();
        };
    }
}
