package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.RpcException;
import dev.capstan.testing.TransportContract.Numbered;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What is told when a node leaves. */
abstract class LeavingContract extends TransportScene {
    LeavingContract(TransportContract transport) {
        super(transport);
    }

    @Test
    void whatWasSentBeforeTheEndArrivesAndThenTheEndIsToldOnce() throws InterruptedException {
        var listener = new Listener();
        var other = new Listener();
        Node a = node("a", new Listener());
        node("b", listener);
        node("c", other);
        for (int i = 0; i < 300; i++) {
            send(a, "b", new Numbered(1, i, ""));
        }
        a.close();
        a.close();
        for (int i = 0; i < 300; i++) {
            listener.hears(new Numbered(1, i, ""));
        }
        assertThat(next(listener.lost)).startsWith("a: ");
        assertThat(listener.lost).isEmpty();
        assertThat(other.lost).as("one who never spoke with it").isEmpty();
    }

    @Test
    void bothSidesLearnOnceThatAPeerLeftWhoeverReachedOut() throws InterruptedException {
        var ofA = new Listener();
        var ofB = new Listener();
        Node a = node("a", ofA);
        Node b = node("b", ofB);
        send(a, "b", word("there"));
        ofB.hears(word("there"));
        send(b, "a", word("and back"));
        ofA.hears(word("and back"));
        b.close();
        assertThat(next(ofA.lost)).startsWith("b: ");
        assertThat(ofB.lost).as("who leaves knows").isEmpty();
        assertThat(ofA.lost).isEmpty();
    }

    @Test
    void aClosedNodeSendsNothingAndItsRequestsSaySo() throws InterruptedException {
        var ofA = new Listener();
        var ofB = new Listener();
        Node a = node("a", ofA);
        node("b", ofB);
        a.close();
        send(a, "b", word("from beyond"));
        assertThatThrownBy(() -> a.request("b", word("?"), BOUND))
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.CLOSED);
        assertThat(ofB.heard).isEmpty();
        assertThat(ofA.lost).isEmpty();
    }

    @Test
    void aNameIsFreeAgainAfterItsNodeWasClosed() throws InterruptedException {
        var listener = new Listener();
        var second = new Listener();
        Node a = node("a", new Listener());
        Node b = node("b", listener);
        send(a, "b", word("first"));
        listener.hears(word("first"));
        b.close();
        node("b", second);
        assertThat(
                        Await.until(
                                () -> {
                                    send(a, "b", word("second"));
                                    return !second.heard.isEmpty();
                                },
                                BOUND))
                .isTrue();
        assertThat(listener.heard).isEmpty();
    }

    @Test
    void nodesThatComeAndGoWhileOthersSendAreLostAsOftenAsTheyLeave() throws InterruptedException {
        int lives = 300;
        var lost = new AtomicInteger();
        var heard = new AtomicInteger();
        node(
                "a",
                new Receiver() {
                    @Override
                    public void receive(Address to, Message message) {
                        heard.incrementAndGet();
                    }

                    @Override
                    public void peerLost(String node, String reason) {
                        lost.incrementAndGet();
                    }
                });
        List<Thread> guests = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String name = "guest" + t;
            guests.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int life = 0; life < lives; life++) {
                                    try (Node guest =
                                            transport.join(
                                                    new Hello(Hello.PROTOCOL, "cluster", "test", name, 1, life),
                                                    (_, _) -> {})) {
                                        send(guest, "a", word("hello"));
                                    }
                                }
                            }));
        }
        for (Thread guest : guests) {
            guest.join();
        }
        assertThat(Await.until(() -> lost.get() == 4 * lives && heard.get() == 4 * lives, BOUND))
                .as(() -> lost + " lost, " + heard + " heard")
                .isTrue();
    }
}
