package dev.capstan.devcluster.mesos;

import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.devcluster.mesos.site.Peers;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Outbound;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Carries messages between the actors of the cluster, as long as both ends are there and nothing lies between. */
final class Network implements Outbound {
    private final Peers peers = new Peers();
    private final Map<String, ActorLoop> nodes = new ConcurrentHashMap<>();
    private final Set<String> cutOff = ConcurrentHashMap.newKeySet();

    Peers peers() {
        return peers;
    }

    void join(String node, ActorLoop loop) {
        nodes.put(node, loop);
    }

    void leave(String node) {
        nodes.remove(node);
    }

    boolean isThere(String node) {
        return nodes.containsKey(node);
    }

    void partition(String node) {
        cutOff.add(node);
    }

    void heal(String node) {
        cutOff.remove(node);
    }

    /** Brings a message from outside. */
    void tell(Address to, Message message) {
        ActorLoop loop = nodes.get(to.node());
        if (loop != null) {
            loop.tell(to, message);
        }
    }

    @Override
    public void send(Address from, Address to, Message message) {
        if (message instanceof Reply reply) {
            peers.deliver(to, reply);
            return;
        }
        ActorLoop loop = nodes.get(to.node());
        boolean passes = !cutOff.contains(from.node()) && !cutOff.contains(to.node());
        if (loop != null && passes) {
            loop.tellNow(to, message);
        }
    }
}
