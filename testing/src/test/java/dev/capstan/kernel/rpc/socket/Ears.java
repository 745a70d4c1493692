package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Receiver;
import dev.capstan.kernel.rpc.Refusal;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Keeps what a node hears, and answers every question with {@link #ANSWER}. */
class Ears implements Receiver {
    static final byte ANSWER = 7;

    final BlockingQueue<Message> heard = new LinkedBlockingQueue<>();
    final BlockingQueue<String> lost = new LinkedBlockingQueue<>();
    final BlockingQueue<Refusal> refused = new LinkedBlockingQueue<>();

    @Override
    public void receive(Address to, Message message) {
        heard.add(message);
    }

    @Override
    public byte[] serve(Message request) {
        return new byte[] {ANSWER};
    }

    @Override
    public void peerLost(String node, String reason) {
        lost.add(node + ": " + reason);
    }

    @Override
    public void peerRefused(Refusal refusal) {
        refused.add(refusal);
    }
}
