package dev.capstan.mesos.master;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.MasterOperation;

import org.apache.mesos.v1.scheduler.Protos.Call;

import java.io.IOException;
import java.util.function.Consumer;

/**
 * Carries out what a framework wants done with its master: one {@link Conversation} at a time, each over connections of
 * its own.
 *
 * <p>Operations come from one thread. What the master says goes to {@code heard} from the conversation's thread, which
 * may be made to wait there: then the master is not read from, and nothing is lost.
 */
public final class MasterLink implements Operations, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MasterLink.class.getName());

    private final MasterAccess access;
    private final Consumer<FrameworkMessage> heard;
    private final Candidates candidates;
    private final Lookout lookout;
    private final ConversationSlot<Call> conversation = new ConversationSlot<>();

    /** Without anybody who looks why nothing is offered. */
    public MasterLink(MasterPlace place, MasterAccess access, Consumer<FrameworkMessage> heard) {
        this(place, access, Lookout.NONE, heard);
    }

    /**
     * @param lookout asked why nothing is offered
     * @param heard takes what is heard, from any thread; slows who brings too much
     */
    public MasterLink(MasterPlace place, MasterAccess access, Lookout lookout, Consumer<FrameworkMessage> heard) {
        this.access = access;
        this.heard = heard;
        this.candidates = new Candidates(place);
        this.lookout = lookout;
    }

    @Override
    public void perform(Operation operation, Consumer<Message> reply) {
        switch ((MasterOperation) operation) {
            case MasterOperation.Connect(var connection, var subscribe) -> connect(connection, subscribe);
            case MasterOperation.Say(var connection, var call) ->
                    conversation.of(connection).ifPresent(open -> say(open, call));
            case MasterOperation.LookAround(var role, var needs) ->
                    Thread.ofVirtual().name("mesos-lookout").start(() -> look(role, needs, reply));
            case MasterOperation.HangUp(var connection) -> conversation.end(connection);
        }
    }

    private void look(String role, Needs needs, Consumer<Message> reply) {
        try {
            reply.accept(new FrameworkMessage.LookedAround(lookout.look(role, needs)));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "the master does not tell why nothing is offered", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(long connection, Call subscribe) {
        var http = new MesosHttp(access);
        var search = new LeaderSearch(candidates, access, http, SchedulerParty.PATH);
        var party = new SchedulerParty(connection, subscribe, search, heard);
        conversation.begin(connection, new Conversation<>("mesos-master-" + connection, party, http));
    }

    /** Acknowledgements need no order, and what is held back by a late one is the next update. */
    private static void say(Conversation<Call> to, Call call) {
        if (call.getType() == Call.Type.ACKNOWLEDGE) {
            to.sayAside(call);
        } else {
            to.say(call);
        }
    }

    /** Waits, bounded, until what was said has been sent. */
    @Override
    public void close() {
        conversation.close();
        candidates.close();
    }
}
