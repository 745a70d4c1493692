package dev.capstan.backend.local.logic;

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

class LocalBackendLogicTest extends BackendLogicContract {
    private static LocalBackendLogic twoCores() {
        return new LocalBackendLogic("localhost", Resources.cpus(2), SCHEDULER);
    }

    @Override
    protected Actor<BackendMessage> logic() {
        return twoCores();
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
                BACKEND, new LocalMessage.ExecutorEnded(lease.id(), LossReason.CRASHED, "it fell over"), Duration.ZERO);
    }

    @Test
    void executorsThatEndAgainAndAgainEndTheBackend() {
        LocalBackendLogic logic = twoCores();
        List<Effect> all = new ArrayList<>(logic.on(new BackendCommand.Start(), 0));
        for (int i = 0; i < LocalBackendLogic.MOST_IN_A_ROW; i++) {
            Lease lease = granted(all);
            all.clear();
            all.addAll(logic.on(new LocalMessage.ExecutorEnded(lease.id(), LossReason.CRASHED, "no heap"), 0));
            all.addAll(logic.on(new LocalMessage.StartAgain(), 0));
        }
        assertThat(all)
                .anySatisfy(effect -> {
                    assertThat(effect).isInstanceOf(Effect.Send.class);
                    assertThat(((Effect.Send) effect).message()).isInstanceOf(BackendEvent.Dead.class);
                    assertThat(((Effect.Send) effect).message().toString()).contains("no heap");
                });
    }

    private static Lease granted(List<Effect> effects) {
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(_, BackendEvent.Granted(var lease))) {
                return lease;
            }
        }
        throw new AssertionError("nothing granted: " + effects);
    }
}
