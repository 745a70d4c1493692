package dev.capstan.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Refusal;
import dev.capstan.kernel.rpc.RpcException;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Which peers may speak with each other. */
abstract class PeerContract extends TransportScene {
    PeerContract(TransportContract transport) {
        super(transport);
    }

    @Test
    void aPeerOfAnotherProtocolIsRefused() throws InterruptedException {
        refuses(
                Refusal.Kind.OTHER_PROTOCOL,
                new Hello(Hello.PROTOCOL + 1, "cluster", "test", "b", 1, 1),
                "" + (Hello.PROTOCOL + 1));
    }

    @Test
    void aPeerOfAnotherClusterIsRefused() throws InterruptedException {
        refuses(Refusal.Kind.OTHER_CLUSTER, new Hello(Hello.PROTOCOL, "elsewhere", "test", "b", 1, 1), "elsewhere");
    }

    private void refuses(Refusal.Kind kind, Hello stranger, String word) throws InterruptedException {
        var host = new Listener();
        var guest = new Listener();
        node("a", host);
        Node b = node(stranger, guest);
        send(b, "a", word("let me in"));
        Refusal refusal = next(guest.refused);
        assertThat(refusal.kind()).isEqualTo(kind);
        assertThat(refusal.reason()).contains(word);
        assertThat(List.of(refusal.by(), refusal.peer())).containsExactlyInAnyOrder("a", "b");
        assertThatThrownBy(() -> b.request("a", word("let me in"), BOUND))
                .asInstanceOf(type(RpcException.class))
                .extracting(RpcException::kind)
                .isEqualTo(RpcException.Kind.REFUSED);
        send(b, "a", word("please"));
        assertThat(host.heard).isEmpty();
        assertThat(guest.refused).as("told once").isEmpty();
        assertThat(guest.lost).as("what never was cannot be lost").isEmpty();
    }

    @Test
    void anOlderLifeOfAPeerIsRefusedAndOneThatIsAsNewIsNot() throws InterruptedException {
        var host = new Listener();
        node("a", host);
        speaksAndLeaves(host, new Hello(Hello.PROTOCOL, "cluster", "test", "b", 4, 7));
        speaksAndLeaves(host, new Hello(Hello.PROTOCOL, "cluster", "test", "b", 4, 7));
        var guest = new Listener();
        Node oldEpoch = node(new Hello(Hello.PROTOCOL, "cluster", "test", "b", 3, 8), guest);
        send(oldEpoch, "a", word("an old epoch"));
        assertThat(next(guest.refused).kind()).isEqualTo(Refusal.Kind.OLD_EPOCH);
        oldEpoch.close();
        Node oldLife = node(new Hello(Hello.PROTOCOL, "cluster", "test", "b", 5, 6), guest);
        send(oldLife, "a", word("an old life"));
        assertThat(next(guest.refused).kind()).isEqualTo(Refusal.Kind.OLD_INCARNATION);
        oldLife.close();
        speaksAndLeaves(host, new Hello(Hello.PROTOCOL, "cluster", "test", "b", 5, 7));
        assertThat(host.heard).isEmpty();
    }

    private void speaksAndLeaves(Listener host, Hello hello) throws InterruptedException {
        var guest = new Listener();
        Node b = node(hello, guest);
        send(b, "a", word(hello.toString()));
        host.hears(word(hello.toString()));
        b.close();
        assertThat(next(host.lost)).startsWith("b: ");
        assertThat(guest.refused).isEmpty();
    }

    @Test
    void aNewerLifeTakesThePlaceOfAnOlderOneThatHangs() throws InterruptedException {
        var host = new Listener();
        var oldGuest = new Listener();
        var newGuest = new Listener();
        Node a = node("a", host);
        Node old = node("b", oldGuest);
        send(old, "a", word("old"));
        host.hears(word("old"));
        Node young = node(new Hello(Hello.PROTOCOL, "cluster", "test", "b", 1, 2), newGuest);
        send(young, "a", word("new"));
        host.hears(word("new"));
        assertThat(next(host.lost)).startsWith("b: ");
        assertThat(next(oldGuest.lost)).startsWith("a: ");
        send(a, "b", word("to whom?"));
        newGuest.hears(word("to whom?"));
        send(old, "a", word("still here"));
        assertThat(host.heard).isEmpty();
        assertThat(oldGuest.heard).isEmpty();
        assertThat(host.lost).as("told once").isEmpty();
    }

    @Test
    void twoNodesThatReachForEachOtherAtOnceLoseNothing() throws InterruptedException {
        for (int round = 0; round < 200; round++) {
            var ofA = new Listener();
            var ofB = new Listener();
            Node a = node("a", ofA);
            Node b = node("b", ofB);
            int delay = round * 50;
            Thread other =
                    Thread.ofPlatform()
                            .start(() -> {
                                for (int i = 0; i < delay; i++) {
                                    Thread.onSpinWait();
                                }
                                send(b, "a", word("first of b"));
                                send(b, "a", word("second of b"));
                            });
            send(a, "b", word("first of a"));
            send(a, "b", word("second of a"));
            ofB.hears(word("first of a"), word("second of a"));
            ofA.hears(word("first of b"), word("second of b"));
            other.join();
            assertThat(ofA.lost).as("round " + round).isEmpty();
            assertThat(ofB.lost).as("round " + round).isEmpty();
            a.close();
            b.close();
        }
    }
}
