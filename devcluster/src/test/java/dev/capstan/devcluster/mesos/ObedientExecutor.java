package dev.capstan.devcluster.mesos;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Journal;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.mesos.executor.AgentEnvironment;
import dev.capstan.mesos.executor.AgentLink;
import dev.capstan.mesos.executor.ExecutorEvent;
import dev.capstan.mesos.executor.ExecutorMessage;
import dev.capstan.mesos.executor.MesosExecutor;

import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;

import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * An executor with a process of its own. Its tasks run until they are killed, or until the agent goes away: then those
 * whose name begins with {@code fragile} are finished, so that their last update is made while nobody listens.
 */
final class ObedientExecutor implements Actor<ExecutorEvent> {
    private static final Address EXECUTOR = new Address("here", "executor");
    private static final Address USER = new Address("here", "user");

    private final List<TaskInfo> tasks = new ArrayList<>();
    private final CountDownLatch over;

    private ObedientExecutor(CountDownLatch over) {
        this.over = over;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        AgentEnvironment environment = AgentEnvironment.from(System.getenv());
        Instant now = Instant.now();
        long wallOffset = now.getEpochSecond() * 1_000_000_000L + now.getNano() - System.nanoTime();
        var over = new CountDownLatch(1);
        try (var loop = new ActorLoop("executor", (_, _, _) -> {}, fault -> fault.cause().printStackTrace()).start();
                var link = new AgentLink(environment, message -> loop.tell(EXECUTOR, message))) {
            loop.host(USER, new ObedientExecutor(over), Operations.NONE, Journal.NONE);
            loop.host(EXECUTOR, new MesosExecutor(environment, USER, wallOffset, 7), link, Journal.NONE);
            loop.tell(EXECUTOR, new ExecutorMessage.Start());
            over.await();
        }
    }

    @Override
    public List<Effect> on(ExecutorEvent event, long nowNanos) {
        return switch (event) {
            case ExecutorEvent.Registered _, ExecutorEvent.UpdateRefused _ -> List.of();
            case ExecutorEvent.Launched(var launched) -> {
                tasks.addAll(launched);
                yield launched.stream()
                        .map(task -> update(task.getTaskId().getValue(), TaskState.TASK_RUNNING))
                        .toList();
            }
            case ExecutorEvent.KillAsked(var task, _) -> List.of(update(task, TaskState.TASK_KILLED));
            case ExecutorEvent.MessageArrived(var data) ->
                    List.of(
                            new Effect.Send(
                                    EXECUTOR,
                                    new ExecutorMessage.Tell(ByteString.copyFromUtf8("heard ").concat(data))));
            case ExecutorEvent.Disconnected _ ->
                    tasks.stream()
                            .map(task -> task.getTaskId().getValue())
                            .filter(task -> task.startsWith("fragile"))
                            .map(task -> update(task, TaskState.TASK_FINISHED))
                            .toList();
            case ExecutorEvent.ShutdownAsked _ -> {
                over.countDown();
                yield List.of(new Effect.Send(EXECUTOR, new ExecutorMessage.Stop()));
            }
            case ExecutorEvent.Failed _ -> {
                over.countDown();
                yield List.of();
            }
        };
    }

    private static Effect update(String task, TaskState state) {
        return new Effect.Send(
                EXECUTOR,
                new ExecutorMessage.Update(
                        TaskStatus.newBuilder().setTaskId(TaskID.newBuilder().setValue(task)).setState(state).build()));
    }
}
