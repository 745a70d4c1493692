package dev.capstan.devcluster.mesos.agent;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Outbox;
import dev.capstan.kernel.actor.Address;

import org.apache.mesos.v1.Protos.AgentID;
import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** The part of an {@link Agent} that knows the master, comes to it, and notices when it is silent. */
final class Membership {
    private static final Duration REGISTER_EVERY = Duration.ofSeconds(1);
    private static final String REGISTER = "register";
    private static final String SILENCE = "silence";

    private final Outbox out;
    private final Duration silence;
    private final Supplier<MasterMessage.RegisterAgent> report;

    /** Ends of executors that no master has heard of, since there was none. */
    private final List<MasterMessage.ExecutorExited> untold = new ArrayList<>();

    private @Nullable Address master;
    private boolean isRegistered;
    private boolean isHeldBack;

    /**
     * @param silence of a master that has lost us
     * @param report with which the agent comes to a master
     */
    Membership(Outbox out, Duration silence, Supplier<MasterMessage.RegisterAgent> report) {
        this.out = out;
        this.silence = silence;
        this.report = report;
    }

    /** Does not register until it is let go: what would be reported is not known yet. */
    void holdBack() {
        isHeldBack = true;
    }

    void letGo() {
        isHeldBack = false;
        register();
    }

    void onMasterDetected(Address address) {
        master = address;
        isRegistered = false;
        register();
    }

    void onMasterSilent() {
        isRegistered = false;
        register();
    }

    /** Says it again until the master answers. */
    void register() {
        if (isRegistered || isHeldBack || master == null) {
            return;
        }
        out.send(master, report.get());
        out.arm(REGISTER, REGISTER_EVERY, new AgentMessage.TryRegister());
    }

    void onRegistered() {
        isRegistered = true;
        out.disarm(REGISTER);
        awaitPing();
        untold.forEach(this::tell);
        untold.clear();
    }

    void onPing(AgentID self) {
        awaitPing();
        tell(new MasterMessage.Pong(self));
    }

    private void awaitPing() {
        out.arm(SILENCE, silence, new AgentMessage.MasterSilent());
    }

    /** Without effect while the agent is with no master: whoever must be heard says it again. */
    void tell(MasterMessage message) {
        if (master != null && isRegistered) {
            out.send(master, message);
        }
    }

    /** Nobody says this again; it is kept until there is a master. */
    void tellSurely(MasterMessage.ExecutorExited exited) {
        if (isRegistered) {
            tell(exited);
        } else {
            untold.add(exited);
        }
    }
}
