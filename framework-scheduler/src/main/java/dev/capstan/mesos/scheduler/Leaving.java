package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a {@link FrameworkScheduler} that takes its leave of the master, by a teardown or by hanging up.
 *
 * <p>Who is stopped while a master may have taken us already waits, bounded, for it to tell us our id: it would keep a
 * framework that it has taken for the whole failover time-out, under an id that perhaps only it knows.
 */
final class Leaving {
    private static final String LEAVE = "leave";

    /** Who stops waits for us, and a master that lives answers in far less. */
    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private final Subscription subscription;
    private final Book book;
    private final FrameworkUser user;

    Leaving(Subscription subscription, Book book, FrameworkUser user) {
        this.subscription = subscription;
        this.book = book;
        this.user = user;
    }

    List<Effect> onStop(boolean teardown) {
        if (teardown && subscription.isConnecting()) {
            subscription.leaving();
            return List.of(new Effect.Arm(LEAVE, PATIENCE, new FrameworkMessage.GiveUpLeaving()));
        }
        return teardown && subscription.isSubscribed() ? tearDown() : hangUp();
    }

    /** What comes after we were stopped; nothing counts once it is over. */
    List<Effect> onWhileLeaving(FrameworkMessage message) {
        if (!subscription.isLeaving()) {
            return List.of();
        }
        return switch (message) {
            case FrameworkMessage.EventArrived(var connection, var event) when connection == subscription.number() ->
                    switch (event.getType()) {
                        case SUBSCRIBED -> onSubscribed(event.getSubscribed().getFrameworkId().getValue());
                        case ERROR -> hangUp();
                        default -> List.of();
                    };
            case FrameworkMessage.ConnectionEnded(var connection, _, _) when connection == subscription.number() ->
                    hangUp();
            case FrameworkMessage.GiveUpLeaving() -> hangUp();
            default -> List.of();
        };
    }

    private List<Effect> onSubscribed(String id) {
        if (!book.mayBeOurs(id)) {
            return hangUp();
        }
        List<Effect> effects = new ArrayList<>(book.identify(id));
        effects.addAll(tearDown());
        return effects;
    }

    private List<Effect> tearDown() {
        List<Effect> effects = new ArrayList<>();
        // Were it told first and not written, the next run would come under an id that was removed.
        Effect lastCall = Calls.on(subscription, book).teardown();
        effects.add(book.write(new FrameworkEntry.Forgotten()));
        effects.add(lastCall);
        effects.addAll(hangUp());
        return effects;
    }

    private List<Effect> hangUp() {
        subscription.over("it was stopped");
        return List.of(
                new Effect.Disarm(LEAVE),
                new Effect.Perform(new MasterOperation.HangUp(subscription.number())),
                user.tell(new FrameworkEvent.Stopped()));
    }
}
