package dev.capstan.backend.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.Demand;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.testing.Simulation;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a backend's logic owes the task scheduler, in virtual time. A backend extends this with its logic and a world
 * for it: whatever its operations would do, played by the test.
 */
@Tag("simulation")
public abstract class BackendLogicContract {
    /** Where the logic is hosted. */
    protected static final Address BACKEND = new Address("driver", "backend");

    /** Where it sends its events. */
    protected static final Address SCHEDULER = new Address("driver", "tasks");

    private static final Duration SOON = Duration.ofMinutes(5);
    private static final Duration AT_ONCE = Duration.ZERO;
    private static final Resources ONE_CPU = Resources.cpus(1);

    /** The virtual time and chance of one test. */
    protected final Simulation simulation = new Simulation(42);

    private final Scheduler scheduler = new Scheduler();

    /** The logic under test, telling {@link #SCHEDULER}. */
    protected abstract Actor<BackendMessage> logic();

    /** What carries out the logic's operations in this test. */
    protected abstract Operations world();

    /** Lets the executor behind the lease die, so that the logic hears of it in its own way. */
    protected abstract void loseExecutor(Lease lease);

    /** Keeps what the backend says. */
    private static final class Scheduler implements Actor<BackendEvent> {
        final List<BackendEvent> events = new ArrayList<>();
        final Map<LeaseId, Lease> leases = new LinkedHashMap<>();
        final List<LeaseId> everGranted = new ArrayList<>();
        final List<LeaseId> ended = new ArrayList<>();

        @Override
        public List<Effect> on(BackendEvent event, long nowNanos) {
            events.add(event);
            switch (event) {
                case BackendEvent.Granted(var lease) -> {
                    leases.put(lease.id(), lease);
                    everGranted.add(lease.id());
                }
                case BackendEvent.Changed(var lease) -> leases.put(lease.id(), lease);
                case BackendEvent.Ended(var id, _, _) -> {
                    leases.remove(id);
                    ended.add(id);
                }
                default -> {
                    // kept in the list
                }
            }
            return List.of();
        }

        List<Lease> held() {
            return List.copyOf(leases.values());
        }
    }

    @BeforeEach
    void host() {
        simulation.host(SCHEDULER, scheduler, Operations.NONE);
        simulation.host(BACKEND, logic(), world());
    }

    private void tell(BackendCommand command) {
        simulation.tell(BACKEND, command, AT_ONCE);
    }

    private void want(long tasks) {
        tell(new BackendCommand.Desire(new Demand(List.of(new Demand.Wanted(ONE_CPU, tasks, new TreeMap<>())))));
    }

    private void startAndAwaitLease() {
        tell(new BackendCommand.Start());
        want(4);
        assertThat(simulation.runUntil(() -> !scheduler.leases.isEmpty(), SOON))
                .as("a lease is granted when something is wanted")
                .isTrue();
    }

    @Test
    void whatIsWantedIsGrantedAfterConnecting() {
        startAndAwaitLease();
        assertThat(scheduler.events.getFirst()).isInstanceOf(BackendEvent.Connected.class);
        Lease lease = scheduler.held().getFirst();
        assertThat(lease.resources().covers(ONE_CPU)).isTrue();
        assertThat(lease.host()).isNotBlank();
    }

    @Test
    void leasesAndExecutorsAreNamedOnceAndNeverAgain() {
        startAndAwaitLease();
        Set<ExecutorId> lives = new LinkedHashSet<>();
        for (int i = 0; i < 3; i++) {
            Lease lease = scheduler.held().getFirst();
            assertThat(lives.add(lease.executor())).as("a new life of an executor has a new name").isTrue();
            loseExecutor(lease);
            want(4 + i);
            assertThat(
                            simulation.runUntil(
                                    () -> scheduler.ended.contains(lease.id()) && !scheduler.leases.isEmpty(), SOON))
                    .as("a lost executor is told and replaced")
                    .isTrue();
        }
        assertThat(scheduler.everGranted).doesNotHaveDuplicates();
    }

    @Test
    void aLostExecutorEndsItsLeaseOnceAndWithAReason() {
        startAndAwaitLease();
        Lease lease = scheduler.held().getFirst();
        loseExecutor(lease);
        loseExecutor(lease);
        assertThat(simulation.runUntil(() -> scheduler.ended.contains(lease.id()), SOON)).isTrue();
        simulation.runFor(SOON);
        assertThat(scheduler.events)
                .filteredOn(event -> event instanceof BackendEvent.Ended ended && ended.lease().equals(lease.id()))
                .singleElement()
                .satisfies(event -> {
                    BackendEvent.Ended ended = (BackendEvent.Ended) event;
                    assertThat(ended.reason()).isNotEqualTo(LossReason.RELEASED);
                    assertThat(ended.detail()).isNotBlank();
                });
    }

    @Test
    void aReleasedLeaseEnds() {
        startAndAwaitLease();
        LeaseId id = scheduler.held().getFirst().id();
        tell(new BackendCommand.Release(id));
        tell(new BackendCommand.Release(id));
        assertThat(simulation.runUntil(() -> scheduler.ended.contains(id), SOON)).isTrue();
        simulation.runFor(SOON);
        assertThat(scheduler.ended.stream().filter(id::equals)).hasSize(1);
        assertThat(scheduler.leases).doesNotContainKey(id);
    }

    @Test
    void releasingALeaseThatIsNotThereIsHarmless() {
        startAndAwaitLease();
        int held = scheduler.held().size();
        tell(new BackendCommand.Release(new LeaseId("never-granted")));
        simulation.runFor(SOON);
        assertThat(scheduler.held()).hasSizeGreaterThanOrEqualTo(held);
        assertThat(scheduler.ended).isEmpty();
    }

    @Test
    void startingTwiceGrantsNothingTwice() {
        tell(new BackendCommand.Start());
        startAndAwaitLease();
        simulation.runFor(SOON);
        assertThat(scheduler.everGranted).doesNotHaveDuplicates();
        assertThat(scheduler.held().stream().map(Lease::executor)).doesNotHaveDuplicates();
    }

    @Test
    void whyNotIsAnsweredAtAnyTime() {
        tell(new BackendCommand.Start());
        tell(new BackendCommand.Explain());
        assertThat(simulation.runUntil(this::explained, SOON)).isTrue();
        startAndAwaitLease();
        scheduler.events.clear();
        tell(new BackendCommand.Explain());
        assertThat(simulation.runUntil(this::explained, SOON)).isTrue();
    }

    private boolean explained() {
        return scheduler.events.stream()
                .anyMatch(event ->
                        event instanceof BackendEvent.Explained(var whyNot)
                                && !whyNot.asked().isBlank()
                                && !whyNot.given().isBlank());
    }

    @Test
    void stoppingEndsEveryLeaseAndNothingIsGrantedAfterwards() {
        startAndAwaitLease();
        tell(new BackendCommand.Stop());
        assertThat(simulation.runUntil(() -> scheduler.leases.isEmpty(), SOON)).isTrue();
        int granted = scheduler.everGranted.size();
        want(100);
        tell(new BackendCommand.Stop());
        simulation.runFor(SOON);
        assertThat(scheduler.everGranted).hasSize(granted);
        assertThat(scheduler.leases).isEmpty();
    }
}
