package dev.capstan.backend.mesos;

import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.mesos.scheduler.MasterOperation;
import dev.capstan.testing.Simulation;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;

/** What carries out the operations of one process's framework: one conversation at a time. */
final class SimulatedLink implements Operations {
    private final Simulation simulation;
    private final MesosFaults faults;
    private final SimulatedMesos mesos;
    private final MesosWatch watch;
    private @Nullable SimulatedConversation conversation;

    SimulatedLink(Simulation simulation, MesosFaults faults, SimulatedMesos mesos, MesosWatch watch) {
        this.simulation = simulation;
        this.faults = faults;
        this.mesos = mesos;
        this.watch = watch;
    }

    @Override
    public void perform(Operation operation, Consumer<Message> reply) {
        switch ((MasterOperation) operation) {
            case MasterOperation.Connect(var number, var subscribe) -> {
                watch.onConnect(number);
                hangUp();
                conversation = new SimulatedConversation(number, simulation, faults, mesos, watch, reply);
                conversation.subscribe(subscribe);
            }
            case MasterOperation.Say(var number, var call) -> {
                watch.onSaid(number, call);
                if (conversation != null && conversation.number == number) {
                    conversation.say(call);
                }
            }
            case MasterOperation.LookAround _ -> {} // a master need not tell
            case MasterOperation.HangUp(var number) -> {
                watch.onHangUp(number);
                if (conversation != null && conversation.number == number) {
                    hangUp();
                }
            }
        }
    }

    private void hangUp() {
        if (conversation != null) {
            conversation.hangUp();
            conversation = null;
        }
    }

    void dropDead() {
        if (conversation != null) {
            conversation.dropDead();
            conversation = null;
        }
    }
}
