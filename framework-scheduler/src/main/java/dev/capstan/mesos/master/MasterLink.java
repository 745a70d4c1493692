package dev.capstan.mesos.master;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.MasterOperation;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/**
 * Carries out what a framework wants done with its master: one {@link Conversation} at a time, each over connections of
 * its own.
 *
 * <p>Operations come from one thread. What the master says goes to {@code heard} from the conversation's thread, which
 * may be made to wait there: then the master is not read from, and nothing is lost.
 */
public final class MasterLink implements Operations, AutoCloseable {
    private final MasterAccess access;
    private final Consumer<FrameworkMessage> heard;
    private final Candidates candidates;
    private @Nullable Conversation conversation;

    /** The one before, which may still be saying its last words. */
    private @Nullable Conversation last;

    /**
     * @param heard takes what is heard, from any thread; slows who brings too much
     */
    public MasterLink(MasterPlace place, MasterAccess access, Consumer<FrameworkMessage> heard) {
        this.access = access;
        this.heard = heard;
        this.candidates = new Candidates(place);
    }

    @Override
    public synchronized void perform(Operation operation, Consumer<Message> reply) {
        switch ((MasterOperation) operation) {
            case MasterOperation.Connect(var number, var subscribe) -> {
                hangUp();
                conversation = new Conversation(number, subscribe, candidates, access, heard);
                conversation.start();
            }
            case MasterOperation.Say(var number, var call) -> {
                if (conversation != null && conversation.number() == number) {
                    conversation.say(call);
                }
            }
            case MasterOperation.HangUp(var number) -> {
                if (conversation != null && conversation.number() == number) {
                    hangUp();
                }
            }
        }
    }

    private void hangUp() {
        if (conversation != null) {
            conversation.end();
            last = conversation;
            conversation = null;
        }
    }

    /** Waits, bounded, until what was said has been sent. */
    @Override
    public void close() {
        Conversation ending;
        synchronized (this) {
            hangUp();
            ending = last;
        }
        if (ending != null) {
            ending.join();
        }
        candidates.close();
    }
}
