package dev.capstan.driver.backend.fixed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.backend.contract.BackendLogicContract;
import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class FixedExecutorsTest extends BackendLogicContract {
    private static FixedExecutors two() {
        return new FixedExecutors("fixed", "127.0.0.1", 2, Resources.cpus(1), SCHEDULER);
    }

    @Override
    protected Actor<BackendMessage> logic() {
        return two();
    }

    @Override
    protected Operations world() {
        return (_, _) -> {
            // executors are up at once and say nothing to the backend
        };
    }

    @Override
    protected void loseExecutor(Lease lease) {
        simulation.tell(
                BACKEND, new FixedMessage.ExecutorEnded(lease.id(), LossReason.CRASHED, "it fell over"), Duration.ZERO);
    }

    private static List<Lease> granted(List<Effect> effects) {
        List<Lease> leases = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(_, BackendEvent.Granted(var lease))) {
                leases.add(lease);
            }
        }
        return leases;
    }

    private static List<Effect> crash(FixedExecutors logic, Lease lease, String why) {
        return logic.on(new FixedMessage.ExecutorEnded(lease.id(), LossReason.CRASHED, why), 0);
    }

    @Test
    void anExecutorThatEndsIsFollowedByAnotherOneAndTheOthersStay() {
        FixedExecutors logic = two();
        List<Lease> first = granted(logic.on(new BackendCommand.Start(), 0));
        assertThat(first).hasSize(2);
        crash(logic, first.getFirst(), "killed");
        List<Lease> more = granted(logic.on(new FixedMessage.StartMissing(), 0));
        assertThat(more).hasSize(1).doesNotContainAnyElementsOf(first);
        assertThat(granted(logic.on(new FixedMessage.StartMissing(), 0))).as("no more than that").isEmpty();
    }

    @Test
    void executorsThatNeverRegisterEndTheBackend() {
        FixedExecutors logic = two();
        List<Effect> all = new ArrayList<>(logic.on(new BackendCommand.Start(), 0));
        for (int round = 0; round < FixedExecutors.MOST_IN_A_ROW; round++) {
            List<Lease> leases = granted(all);
            all.clear();
            leases.forEach(lease -> all.addAll(crash(logic, lease, "no heap")));
            all.addAll(logic.on(new FixedMessage.StartMissing(), 0));
        }
        assertThat(all)
                .anySatisfy(effect -> {
                    assertThat(effect).isInstanceOf(Effect.Send.class);
                    assertThat(((Effect.Send) effect).message()).isInstanceOf(BackendEvent.Dead.class);
                    assertThat(((Effect.Send) effect).message().toString()).contains("no heap");
                });
    }

    @Test
    void anExecutorThatWorksIsNotGivenUpBecauseNoOtherOneCanBeStarted() {
        FixedExecutors logic = two();
        List<Lease> leases = granted(logic.on(new BackendCommand.Start(), 0));
        Lease working = leases.getFirst();
        logic.on(new BackendCommand.Registered(working.id()), 0);
        List<Effect> all = new ArrayList<>();
        Lease failing = leases.getLast();
        for (int i = 0; i < 100; i++) {
            all.addAll(crash(logic, failing, "killed"));
            failing = granted(logic.on(new FixedMessage.StartMissing(), 0)).getFirst();
        }
        assertThat(all.toString()).doesNotContain("Dead[");
        crash(logic, working, "killed");
        assertThat(crash(logic, failing, "killed").toString()).as("nothing is left").contains("Dead[");
    }

    @Test
    void executorsThatRegisteredMayEndAsOftenAsTheyDo() {
        FixedExecutors logic = two();
        List<Effect> all = new ArrayList<>(logic.on(new BackendCommand.Start(), 0));
        List<Effect> round = List.copyOf(all);
        for (int i = 0; i < 100; i++) {
            List<Lease> leases = granted(round);
            assertThat(leases).as("round %d", i).isNotEmpty();
            for (Lease lease : leases) {
                logic.on(new BackendCommand.Registered(lease.id()), 0);
                all.addAll(crash(logic, lease, "killed"));
            }
            round = logic.on(new FixedMessage.StartMissing(), 0);
        }
        assertThat(all.toString()).doesNotContain("Dead[");
    }

    @Test
    void anExecutorThatNeverRegisteredIsToldAsOneThatCannotBeStarted() {
        FixedExecutors logic = two();
        List<Lease> leases = granted(logic.on(new BackendCommand.Start(), 0));
        logic.on(new BackendCommand.Registered(leases.getFirst().id()), 0);
        assertThat(crash(logic, leases.getFirst(), "x").toString()).contains("reason=" + LossReason.CRASHED);
        assertThat(crash(logic, leases.getLast(), "x").toString()).contains("reason=" + LossReason.LAUNCH_FAILED);
    }

    @Test
    void whyNotNamesTheLastEndAsItWas() {
        FixedExecutors logic = two();
        List<Lease> leases = granted(logic.on(new BackendCommand.Start(), 0));
        logic.on(new BackendCommand.Registered(leases.getFirst().id()), 0);
        logic.on(new BackendCommand.Release(leases.getFirst().id()), 0);
        assertThat(logic.on(new BackendCommand.Explain(), 0).toString())
                .contains("2 executors on this machine")
                .contains("1 that run or start; the last one that ended: it was given back");
        logic.on(new BackendCommand.Release(leases.getLast().id()), 0);
        assertThat(logic.on(new BackendCommand.Explain(), 0).toString())
                .contains("the last one that ended: it did not register and was given back");
    }
}
