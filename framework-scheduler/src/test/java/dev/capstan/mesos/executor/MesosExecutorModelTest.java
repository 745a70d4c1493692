package dev.capstan.mesos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.master.HostPort;

import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** An executor and a model of its agent, over connections that break at any moment. */
class MesosExecutorModelTest {
    private static final int SEEDS = 2_000;
    private static final int STEPS = 200;
    private static final int TASKS = 3;

    @Test
    void whateverBreaksEveryUpdateReachesTheAgentInItsOrder() {
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed);
            for (int step = 0; step < STEPS; step++) {
                run.step();
            }
            run.heal();
            for (int task = 0; task < TASKS; task++) {
                assertThat(run.arrived.get("t" + task))
                        .as("seed %s, task %s", seed, task)
                        .isEqualTo(run.made.get("t" + task));
            }
            assertThat(run.lastUnacknowledged()).as("seed %s: all is acknowledged", seed).isEmpty();
        }
    }

    private static final class Run {
        final Map<String, List<String>> made = new LinkedHashMap<>();
        final Map<String, List<String>> arrived = new LinkedHashMap<>();
        private final SplittableRandom random;
        private final MesosExecutor executor;
        private final Deque<Call> toAgent = new ArrayDeque<>();
        private final Deque<Event> toExecutor = new ArrayDeque<>();
        private List<Call.Update> unacknowledged = List.of();
        private long connection;
        private boolean isConnected;
        private boolean isReconnectDue;
        private long now;
        private int updates;

        Run(long seed) {
            random = new SplittableRandom(seed);
            executor =
                    new MesosExecutor(
                            new AgentEnvironment(
                                    new HostPort("127.0.0.1", 5051),
                                    "a",
                                    "f",
                                    "e",
                                    true,
                                    Duration.ofMinutes(15),
                                    Duration.ofSeconds(2),
                                    Duration.ofSeconds(5),
                                    "",
                                    false,
                                    ""),
                            new Address("here", "user"),
                            0,
                            seed);
            for (int task = 0; task < TASKS; task++) {
                made.put("t" + task, new ArrayList<>());
                arrived.put("t" + task, new ArrayList<>());
            }
            tell(new ExecutorMessage.Start());
        }

        void step() {
            now += random.nextLong(1_000_000);
            switch (random.nextInt(8)) {
                case 0, 1 -> update();
                case 2, 3 -> agentHears();
                case 4, 5 -> executorHears();
                case 6 -> reconnect();
                default -> breakConnection();
            }
        }

        void heal() {
            while (isReconnectDue || !toAgent.isEmpty() || !toExecutor.isEmpty()) {
                reconnect();
                agentHears();
                executorHears();
            }
        }

        /** What the executor would say again. */
        List<Call.Update> lastUnacknowledged() {
            breakConnection();
            reconnect();
            return unacknowledged;
        }

        private void update() {
            String task = "t" + random.nextInt(TASKS);
            String name = Integer.toString(updates++);
            made.get(task).add(name);
            tell(
                    new ExecutorMessage.Update(
                            TaskStatus.newBuilder()
                                    .setTaskId(TaskID.newBuilder().setValue(task))
                                    .setState(TaskState.TASK_RUNNING)
                                    .setMessage(name)
                                    .build()));
        }

        private void agentHears() {
            if (toAgent.isEmpty()) {
                return;
            }
            Call call = toAgent.remove();
            if (call.getType() == Call.Type.SUBSCRIBE) {
                toExecutor.add(Event.newBuilder().setType(Event.Type.SUBSCRIBED).buildPartial());
                call.getSubscribe().getUnacknowledgedUpdatesList().forEach(each -> store(each.getStatus()));
            } else {
                store(call.getUpdate().getStatus());
            }
        }

        /** Agents know updates by their ids, and acknowledge again what they have. */
        private void store(TaskStatus status) {
            List<String> known = arrived.get(status.getTaskId().getValue());
            if (!known.contains(status.getMessage())) {
                known.add(status.getMessage());
            }
            toExecutor.add(
                    Event.newBuilder()
                            .setType(Event.Type.ACKNOWLEDGED)
                            .setAcknowledged(
                                    Event.Acknowledged.newBuilder()
                                            .setTaskId(status.getTaskId())
                                            .setUuid(status.getUuid()))
                            .build());
        }

        private void executorHears() {
            if (!toExecutor.isEmpty()) {
                tell(new ExecutorMessage.EventArrived(connection, toExecutor.remove()));
            }
        }

        private void reconnect() {
            if (isReconnectDue) {
                isReconnectDue = false;
                tell(new ExecutorMessage.Reconnect());
            }
        }

        private void breakConnection() {
            if (isConnected) {
                isConnected = false;
                toAgent.clear();
                toExecutor.clear();
                tell(new ExecutorMessage.ConnectionEnded(connection, false, "broken"));
            }
        }

        private void tell(ExecutorMessage message) {
            for (Effect effect : executor.on(message, now)) {
                switch (effect) {
                    case Effect.Perform(AgentOperation.Connect(var number, var subscribe)) -> {
                        connection = number;
                        isConnected = true;
                        unacknowledged = subscribe.getSubscribe().getUnacknowledgedUpdatesList();
                        toAgent.add(subscribe);
                    }
                    case Effect.Perform(AgentOperation.Say(var number, var call)) -> {
                        assertThat(number).isEqualTo(connection);
                        assertThat(isConnected).isTrue();
                        toAgent.add(call);
                    }
                    case Effect.Arm arm when arm.message() instanceof ExecutorMessage.Reconnect ->
                            isReconnectDue = true;
                    default -> {
                        // its user is told, which this test does not look at
                    }
                }
            }
        }
    }
}
