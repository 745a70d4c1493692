package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.Finding;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterLink;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.MasterOperation;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Comes to a master as the program would, and goes at once: nothing but this tells whether role, principal and user are
 * allowed. It wants no offers, and the framework is torn down, so that nothing is left.
 */
final class TrialSubscription {
    private static final int PATIENCE_SECONDS = 30;
    private static final String NAME = "capstan-doctor";

    private final MasterPlace place;
    private final MasterAccess access;
    private final MesosSettings settings;
    private final Consumer<Finding> findings;

    TrialSubscription(MasterPlace place, MasterAccess access, MesosSettings settings, Consumer<Finding> findings) {
        this.place = place;
        this.access = access;
        this.settings = settings;
        this.findings = findings;
    }

    /** Whether the master takes us. */
    boolean run() throws InterruptedException {
        BlockingQueue<FrameworkMessage> heard = new LinkedBlockingQueue<>();
        try (var link = new MasterLink(place, access, heard::add)) {
            link.perform(new MasterOperation.Connect(1, subscribe()), _ -> {});
            return switch (heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                case FrameworkMessage.EventArrived(_, var event) when event.getType() == Event.Type.SUBSCRIBED -> {
                    link.perform(new MasterOperation.Say(1, tearDown(event.getSubscribed())), _ -> {});
                    findings.accept(Finding.ok("framework", "the master takes one with " + inWords()));
                    yield true;
                }
                case FrameworkMessage.EventArrived(_, var event) ->
                        refused("the master refuses it: " + event.getError().getMessage());
                case FrameworkMessage.ConnectionEnded(_, _, var reason) -> refused(reason);
                case null, default -> refused("the master has not answered within " + PATIENCE_SECONDS + " s");
            };
        }
    }

    private boolean refused(String reason) {
        findings.accept(Finding.failure("framework", "with " + inWords() + ": " + reason, hint()));
        return false;
    }

    private Call subscribe() {
        FrameworkInfo framework = settings.framework(NAME).toBuilder().setFailoverTimeout(0).build();
        Call.Builder call = Call.newBuilder().setType(Call.Type.SUBSCRIBE);
        call.getSubscribeBuilder().setFrameworkInfo(framework).addSuppressedRoles(settings.role());
        return call.build();
    }

    private static Call tearDown(Event.Subscribed subscribed) {
        return Call.newBuilder().setType(Call.Type.TEARDOWN).setFrameworkId(subscribed.getFrameworkId()).build();
    }

    private String inWords() {
        return "the role "
                + settings.role()
                + ", the user "
                + settings.identity().user()
                + (settings.identity().principal().isEmpty()
                        ? " and no principal"
                        : " and the principal " + settings.identity().principal());
    }

    private static String hint() {
        return MesosKeys.ROLE.name()
                + ", "
                + MesosKeys.USER.name()
                + ", "
                + MesosKeys.PRINCIPAL.name()
                + " and "
                + MesosKeys.CREDENTIAL.name()
                + " say as whom programs come; the operators of the cluster know who may";
    }
}
