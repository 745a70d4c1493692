package dev.capstan.executor.logic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.executor.logic.RunQueue.Queued;
import dev.capstan.kernel.resource.Resources;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

class RunQueueTest {
    private static final StageAttempt STAGE = new StageAttempt(new StageId(1), 0);

    private static Queued task(long id, Resources takes) {
        return new Queued(STAGE, new TaskLaunch(new TaskId(id), 0, 0, List.of()), takes, 0);
    }

    @Test
    void tasksStartInOrderAsResourcesComeFree() {
        var queue = new RunQueue(Resources.cpus(2));
        queue.add(task(1, Resources.cpus(1)));
        queue.add(task(2, Resources.cpus(2)));
        queue.add(task(3, Resources.cpus(1)));
        assertThat(queue.start().launch().id()).isEqualTo(new TaskId(1));
        assertThat(queue.start()).as("the second does not fit, and the third does not overtake it").isNull();
        queue.finish(new TaskId(1));
        assertThat(queue.start().launch().id()).isEqualTo(new TaskId(2));
        assertThat(queue.first()).isNull();
        queue.finish(new TaskId(2));
        queue.finish(new TaskId(2));
        assertThat(queue.free()).isEqualTo(queue.total());
    }

    @Test
    void whatHasNotStartedCanBeTakenBackTheLastFirst() {
        var queue = new RunQueue(Resources.cpus(1));
        for (int id = 1; id <= 4; id++) {
            queue.add(task(id, Resources.cpus(1)));
        }
        queue.start();
        assertThat(queue.takeBack(_ -> true, 2)).extracting(t -> t.launch().id().number()).containsExactly(4L, 3L);
        assertThat(queue.waiting()).containsExactly(new TaskId(2));
    }

    @Test
    void aTaskThatCanNeverFitIsRefused() {
        var queue = new RunQueue(Resources.cpus(1));
        assertThatThrownBy(() -> queue.add(task(1, Resources.cpus(2)))).hasMessageContaining("more than");
    }

    @Test
    void whatRunsNeverTakesMoreThanThereIs() {
        var random = new SplittableRandom(7);
        var total = new Resources(4_000, 0, Map.of("gpu", 2_000L));
        for (int run = 0; run < 200; run++) {
            var queue = new RunQueue(total);
            List<Queued> running = new ArrayList<>();
            for (long id = 0; id < 100; id++) {
                queue.add(task(id, new Resources(random.nextLong(1, 4_001), 0, Map.of("gpu", random.nextLong(2_001)))));
                for (Queued next = queue.start(); next != null; next = queue.start()) {
                    running.add(next);
                }
                Resources taken = running.stream().map(Queued::takes).reduce(Resources.NONE, Resources::plus);
                assertThat(total.covers(taken)).isTrue();
                assertThat(queue.free()).isEqualTo(total.minus(taken));
                if (!running.isEmpty() && random.nextBoolean()) {
                    queue.finish(running.remove(random.nextInt(running.size())).launch().id());
                }
            }
        }
    }
}
