package dev.capstan.kernel.rpc;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;

/** Nodes within one process: messages are handed over as they are. */
public final class InMemoryTransport implements Transport {
    private final ConcurrentMap<String, Member> members = new ConcurrentHashMap<>();

    @Override
    public Node join(Hello hello, Receiver receiver) {
        var member = new Member(hello, receiver);
        Member other = members.putIfAbsent(hello.node(), member);
        if (other != null) {
            throw new IllegalArgumentException("there is a node named " + hello.node() + " already");
        }
        return member;
    }

    private final class Member implements Node {
        private final Hello hello;
        private final Receiver receiver;
        private final AtomicBoolean left = new AtomicBoolean();

        Member(Hello hello, Receiver receiver) {
            this.hello = hello;
            this.receiver = receiver;
        }

        @Override
        public String name() {
            return hello.node();
        }

        @Override
        public void send(Address from, Address to, Message message) {
            Member peer = members.get(to.node());
            if (peer != null && !left.get()) {
                peer.receiver.receive(to, message);
            }
        }

        @Override
        public byte[] request(String node, Message request, Duration deadline) throws IOException {
            Member peer = members.get(node);
            if (peer == null) {
                throw new IOException("there is no node " + node);
            }
            return peer.receiver.serve(request);
        }

        @Override
        public void close() {
            if (left.compareAndSet(false, true)) {
                members.remove(hello.node(), this);
                members.values().forEach(peer -> peer.receiver.peerLost(hello.node(), "it left"));
            }
        }
    }
}
