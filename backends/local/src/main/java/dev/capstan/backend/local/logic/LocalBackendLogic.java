package dev.capstan.backend.local.logic;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.driver.backend.WhyNot;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.resource.Resources;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.List;

/**
 * Keeps one executor with all the cores of the URL alive for as long as the application lives, wanted or not.
 *
 * <p>It alone owns which executor that is. It takes {@link BackendCommand}s and {@link LocalMessage}s, tells the task
 * scheduler {@link BackendEvent}s and has {@link LocalOperation}s done. An executor that ends by itself is followed by
 * another after a moment; {@value #MOST_IN_A_ROW} in a row that end without a demand in between end the backend.
 */
public final class LocalBackendLogic implements Actor<BackendMessage> {
    static final int MOST_IN_A_ROW = 5;
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final String START_AGAIN = "start-again";

    private final String host;
    private final Resources resources;
    private final Address scheduler;
    private @Nullable Lease lease;
    private boolean stopped;
    private int started;
    private int endedInARow;

    /**
     * @param scheduler the task scheduler
     */
    public LocalBackendLogic(String host, Resources resources, Address scheduler) {
        this.host = host;
        this.resources = resources;
        this.scheduler = scheduler;
    }

    @Override
    public List<Effect> on(BackendMessage message, long nowNanos) {
        return switch (message) {
            case BackendCommand command -> onCommand(command);
            case LocalMessage own -> onOwn(own);
            default -> throw new IllegalArgumentException("not for the local backend: " + message);
        };
    }

    private List<Effect> onCommand(BackendCommand command) {
        return switch (command) {
            case BackendCommand.Start() -> start();
            case BackendCommand.Desire _ -> {
                endedInARow = 0;
                yield List.of();
            }
            case BackendCommand.Registered _ -> List.of();
            case BackendCommand.Release(var id) -> onRelease(id);
            case BackendCommand.Explain() -> List.of(tell(new BackendEvent.Explained(explain())));
            case BackendCommand.Stop() -> onStop();
        };
    }

    private List<Effect> onOwn(LocalMessage own) {
        return switch (own) {
            case LocalMessage.ExecutorEnded(var id, var reason, var detail) -> onExecutorEnded(id, reason, detail);
            case LocalMessage.StartAgain() -> start();
        };
    }

    private List<Effect> start() {
        if (lease != null || stopped) {
            return List.of();
        }
        int number = started++;
        lease = new Lease(new LeaseId("local-" + number), new ExecutorId("executor-" + number), host, resources);
        return List.of(
                tell(new BackendEvent.Connected("this machine, " + resources)),
                tell(new BackendEvent.Granted(lease)),
                new Effect.Perform(new LocalOperation.StartExecutor(lease)));
    }

    private List<Effect> onRelease(LeaseId id) {
        if (lease == null || !lease.id().equals(id)) {
            return List.of();
        }
        lease = null;
        return List.of(
                new Effect.Perform(new LocalOperation.StopExecutor(id)),
                tell(new BackendEvent.Ended(id, LossReason.RELEASED, "given back")),
                new Effect.Arm(START_AGAIN, PAUSE, new LocalMessage.StartAgain()));
    }

    private List<Effect> onExecutorEnded(LeaseId id, LossReason reason, String detail) {
        if (lease == null || !lease.id().equals(id)) {
            return List.of();
        }
        lease = null;
        Effect ended = tell(new BackendEvent.Ended(id, reason, detail));
        if (++endedInARow >= MOST_IN_A_ROW) {
            return List.of(
                    ended,
                    tell(
                            new BackendEvent.Dead(
                                    endedInARow + " executors in a row have ended, the last one: " + detail)));
        }
        return List.of(ended, new Effect.Arm(START_AGAIN, PAUSE, new LocalMessage.StartAgain()));
    }

    private List<Effect> onStop() {
        stopped = true;
        if (lease == null) {
            return List.of();
        }
        LeaseId id = lease.id();
        lease = null;
        return List.of(
                new Effect.Perform(new LocalOperation.StopExecutor(id)),
                tell(new BackendEvent.Ended(id, LossReason.RELEASED, "the application ends")));
    }

    private WhyNot explain() {
        String given =
                lease == null ? "no executor at the moment; one is being started" : "one executor with " + resources;
        return new WhyNot("one executor on this machine with " + resources, given, List.of());
    }

    private Effect tell(BackendEvent event) {
        return new Effect.Send(scheduler, event);
    }
}
