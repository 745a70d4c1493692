package dev.capstan.backend.mesos;

import dev.capstan.kernel.actor.Message;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.testing.Simulation;

import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * A subscription and the calls beside it. Nothing is lost in the midst of a connection: it delays, it breaks, or it
 * hangs without a word. Acknowledgements have a way of their own, on which they may overtake other calls.
 */
final class SimulatedConversation {
    final long number;

    private final Simulation simulation;
    private final MesosFaults faults;
    private final SimulatedMesos mesos;
    private final MesosWatch watch;
    private final Consumer<Message> reply;
    private boolean clientListens = true;
    private boolean broken;
    private boolean hangs;
    private boolean callsHang;
    private boolean endsAfterEvents;
    private long lastEvent;
    private long lastCall;
    private long lastAcknowledgement;

    SimulatedConversation(
            long number,
            Simulation simulation,
            MesosFaults faults,
            SimulatedMesos mesos,
            MesosWatch watch,
            Consumer<Message> reply) {
        this.number = number;
        this.simulation = simulation;
        this.faults = faults;
        this.mesos = mesos;
        this.watch = watch;
        this.reply = reply;
    }

    // the framework's side

    void subscribe(Call call) {
        Duration latency = faults.latency();
        if (!faults.healed() && faults.chance(10)) {
            latency = latency.plus(faults.latency()); // by way of a master that does not lead
        }
        boolean unanswered = !faults.healed() && faults.chance(60);
        simulation.at(
                latency,
                () -> {
                    if (!clientListens || unanswered) {
                        return;
                    }
                    switch (mesos.readiness()) {
                        case NOBODY_LEADS -> tellEnd("nothing listens there");
                        case RECOVERING -> tellEnd("503: Master has not finished recovery");
                        case LEADS -> mesos.subscribe(this, call);
                    }
                });
    }

    void say(Call call) {
        boolean acknowledges = call.getType() == Call.Type.ACKNOWLEDGE;
        long last = acknowledges ? lastAcknowledgement : lastCall;
        long arrival = Math.max(last + 1, simulation.nowNanos() + faults.latency().toNanos());
        if (acknowledges) {
            lastAcknowledgement = arrival;
        } else {
            lastCall = arrival;
        }
        simulation.at(Duration.ofNanos(arrival - simulation.nowNanos()), () -> arrive(call));
    }

    private void arrive(Call call) {
        if (broken || callsHang) {
            return;
        }
        if (!mesos.isSubscribed(this)) {
            breakNow("a call was answered by 400: unknown stream ID");
        } else if (call.getType() == Call.Type.ACCEPT && faults.refusesCall()) {
            toClient(new FrameworkMessage.CallRefused(number, call, "400: malformed"));
        } else {
            mesos.onCall(this, call);
        }
    }

    /** The framework wants no more of it. What was said before still arrives. */
    void hangUp() {
        clientListens = false;
        long wait = Math.max(0, Math.max(lastCall, lastAcknowledgement) - simulation.nowNanos());
        simulation.at(Duration.ofNanos(wait + 1), () -> mesos.onDisconnected(this));
    }

    /** The framework's process is no more; what it said may still be on its way, or lost with it. */
    void dropDead() {
        clientListens = false;
        if (faults.chance(2)) {
            broken = true;
        }
        simulation.at(
                faults.chance(4) ? faults.seconds(1, 30) : Duration.ofMillis(3_001),
                () -> {
                    broken = true;
                    mesos.onDisconnected(this);
                });
    }

    // the master's side

    void tell(Event event) {
        toClient(new FrameworkMessage.EventArrived(number, event));
    }

    private void toClient(FrameworkMessage.Heard heard) {
        if (broken || hangs || endsAfterEvents) {
            return;
        }
        lastEvent = Math.max(lastEvent + 1, simulation.nowNanos() + faults.latency().toNanos());
        simulation.at(
                Duration.ofNanos(lastEvent - simulation.nowNanos()),
                () -> {
                    if (!broken && !hangs && clientListens) {
                        watch.onDelivered(heard);
                        reply.accept(heard);
                    }
                });
    }

    /** The master ends its answer in order. */
    void endOrderly() {
        endsAfterEvents = true;
        Duration wait = Duration.ofNanos(Math.max(0, lastEvent - simulation.nowNanos()) + 1);
        simulation.at(
                wait,
                () -> {
                    if (!hangs) {
                        broken = true;
                        tellEnd("the master has closed the connection");
                    }
                });
    }

    // the way between them

    /** All that is on its way is lost. */
    void breakNow(String reason) {
        if (broken) {
            return;
        }
        broken = true;
        simulation.at(faults.latency(), () -> tellEnd(reason));
        simulation.at(faults.latency(), () -> mesos.onDisconnected(this));
    }

    /** From now on nothing comes, and nobody says so. */
    void hang(boolean callsToo) {
        hangs = true;
        callsHang = callsToo;
    }

    boolean isAlive() {
        return !broken && !hangs && clientListens;
    }

    private void tellEnd(String reason) {
        if (clientListens) {
            clientListens = false;
            var ended = new FrameworkMessage.ConnectionEnded(number, false, reason);
            watch.onDelivered(ended);
            reply.accept(ended);
        }
    }
}
