package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * The part of a {@link FrameworkScheduler} that knows by which description masters know the framework, and which one is
 * to take its place.
 *
 * <pre>
 *   wanted ── told to the master, by UPDATE_FRAMEWORK or with a subscription ──▶ asked ── taken ──▶ in force
 *      └─ a newer one ──▶ dropped                                                 └─ refused ──▶ dropped
 * </pre>
 *
 * <p>One at a time is asked. One that is asked when the connection ends goes with the next subscription: whether the
 * master had taken it does not matter then.
 */
final class Descriptions {
    private final FrameworkUser user;
    private FrameworkDescription inForce;
    private @Nullable FrameworkDescription asked;
    private @Nullable FrameworkDescription wanted;

    Descriptions(FrameworkDescription first, FrameworkUser user) {
        this.user = user;
        this.inForce = first;
    }

    List<String> roles() {
        return inForce.framework().getRolesList();
    }

    /** Whether the framework is in a role, and is to stay there. */
    boolean isIn(String role) {
        return inForce.isIn(role) && (asked == null || asked.isIn(role)) && (wanted == null || wanted.isIn(role));
    }

    boolean has(FrameworkInfo.Capability.Type capability) {
        return inForce.has(capability);
    }

    /** What a subscription that begins now is to say. */
    FrameworkDescription subscribing() {
        if (wanted != null) {
            asked = wanted;
            wanted = null;
        }
        return asked == null ? inForce : asked;
    }

    /** Whether the master may refuse us because of something new. */
    boolean isAsked() {
        return asked != null;
    }

    /**
     * Another one is to be in force.
     *
     * @param connected whether there is a master to be told; else it goes with the next subscription
     */
    List<Effect> onWanted(FrameworkDescription description, Offers offers, Calls calls, boolean connected) {
        String objection = objection(description, offers.waiting().roles());
        if (!objection.isEmpty()) {
            return List.of(user.tell(new FrameworkEvent.DescriptionRefused(description, objection)));
        }
        List<Effect> effects = new ArrayList<>();
        if (wanted != null) {
            effects.add(user.tell(new FrameworkEvent.DescriptionRefused(wanted, "a newer one has taken its place")));
        }
        wanted = description;
        effects.addAll(ask(offers, calls, connected));
        return effects;
    }

    /**
     * What speaks against a description before any master is asked. Of what never changes masters refuse a change, or,
     * with a subscription, say nothing and leave it out.
     */
    private String objection(FrameworkDescription to, Collection<String> rolesInNeed) {
        FrameworkInfo now = inForce.framework();
        FrameworkInfo then = to.framework();
        if (!now.getUser().equals(then.getUser())
                || now.getCheckpoint() != then.getCheckpoint()
                || !now.getPrincipal().equals(then.getPrincipal())) {
            return "user, principal and checkpoint of a framework cannot be changed";
        }
        for (String role : rolesInNeed) {
            if (!to.isIn(role)) {
                return "something waits for resources of role " + role;
            }
        }
        return "";
    }

    private List<Effect> ask(Offers offers, Calls calls, boolean connected) {
        if (!connected || asked != null || wanted == null) {
            return List.of();
        }
        FrameworkDescription next = wanted;
        asked = next;
        wanted = null;
        return List.of(calls.update(next, offers.describing(next.framework().getRolesList())));
    }

    /** The master has taken us, or what it was told last. */
    List<Effect> onTaken(Offers offers, Calls calls) {
        List<Effect> effects = new ArrayList<>();
        if (asked != null) {
            List<String> before = roles();
            inForce = asked;
            asked = null;
            offers.onDescribed(before);
            effects.add(user.tell(new FrameworkEvent.Described(inForce)));
        }
        effects.addAll(ask(offers, calls, true));
        return effects;
    }

    /**
     * The master does not take what was asked, if anything was.
     *
     * @param connected whether it is there to be told something else
     */
    List<Effect> onRefused(String reason, Offers offers, Calls calls, boolean connected) {
        List<Effect> effects = new ArrayList<>();
        if (asked != null) {
            effects.add(user.tell(new FrameworkEvent.DescriptionRefused(asked, reason)));
            asked = null;
        }
        effects.addAll(ask(offers, calls, connected));
        return effects;
    }
}
