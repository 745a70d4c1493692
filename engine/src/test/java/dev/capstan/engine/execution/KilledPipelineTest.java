package dev.capstan.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.Mapped;
import dev.capstan.engine.lineage.Nodes;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.task.TaskOutcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

class KilledPipelineTest {
    private static final CountDownLatch RUNNING = new CountDownLatch(1);

    @Test
    @Timeout(60)
    void aTaskThatPushesWithoutEndEndsSoonWhenItIsKilled() throws InterruptedException {
        Lineage<Long> endless =
                new Mapped<>(
                        Nodes.origin("map"),
                        Nodes.range(Long.MAX_VALUE, 1),
                        number -> {
                            RUNNING.countDown();
                            return number + 1;
                        },
                        null);
        TaskFixture fixture = TaskFixture.create();
        TaskRunner.Attempt attempt = fixture.attempt(endless, new Work.ResultWork<>(Actions.Count.INSTANCE), 0);
        var outcome = new AtomicReference<TaskOutcome>();
        Thread thread = new Thread(() -> outcome.set(attempt.run().outcome()));
        thread.start();
        assertThat(RUNNING.await(30, TimeUnit.SECONDS)).isTrue();
        attempt.kill("enough");
        assertThat(thread.join(Duration.ofSeconds(20))).isTrue();
        assertThat(outcome.get()).isEqualTo(new TaskOutcome.Killed("enough"));
        assertThat(fixture.memory.usage().execution()).isZero();
    }
}
