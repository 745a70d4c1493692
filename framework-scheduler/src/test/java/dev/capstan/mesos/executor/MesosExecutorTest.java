package dev.capstan.mesos.executor;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;

import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.master.HostPort;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskGroupInfo;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.executor.Protos.Call;
import org.apache.mesos.v1.executor.Protos.Event;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

class MesosExecutorTest {
    private static final Address USER = new Address("here", "user");
    private static final Duration RECOVERY = Duration.ofMinutes(15);

    private MesosExecutor executor = executor(true);
    private final List<Call> said = new ArrayList<>();
    private final List<ExecutorEvent> told = new ArrayList<>();
    private final List<Effect.Arm> armed = new ArrayList<>();
    private long connection;
    private boolean hungUp;

    private static MesosExecutor executor(boolean checkpoint) {
        return new MesosExecutor(
                new AgentEnvironment(
                        new HostPort("127.0.0.1", 5051),
                        "agent",
                        "framework",
                        "executor",
                        checkpoint,
                        RECOVERY,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5),
                        "",
                        false,
                        ""),
                USER,
                1_000,
                42);
    }

    private void tell(ExecutorMessage message) {
        for (Effect effect : executor.on(message, 2_000_000_000L)) {
            switch (effect) {
                case Effect.Send(var to, var event) -> {
                    assertThat(to).isEqualTo(USER);
                    told.add((ExecutorEvent) event);
                }
                case Effect.Perform(var operation) -> perform((AgentOperation) operation);
                case Effect.Arm arm -> armed.add(arm);
                default -> {
                    // what is disarmed matters to the loop only
                }
            }
        }
    }

    private void perform(AgentOperation operation) {
        switch (operation) {
            case AgentOperation.Connect(var number, var subscribe) -> {
                connection = number;
                said.add(subscribe);
            }
            case AgentOperation.Say(var number, var call) -> {
                assertThat(number).isEqualTo(connection);
                said.add(call);
            }
            case AgentOperation.HangUp _ -> hungUp = true;
        }
    }

    private void hear(Event.Builder event) {
        tell(new ExecutorMessage.EventArrived(connection, event.buildPartial()));
    }

    private void subscribed() {
        hear(Event.newBuilder().setType(Event.Type.SUBSCRIBED));
    }

    private void lost() {
        tell(new ExecutorMessage.ConnectionEnded(connection, false, "gone"));
    }

    private static TaskInfo task(String id) {
        return TaskInfo.newBuilder()
                .setName(id)
                .setTaskId(TaskID.newBuilder().setValue(id))
                .setAgentId(AgentID.newBuilder().setValue("agent"))
                .build();
    }

    private void launch(String id) {
        hear(Event.newBuilder().setType(Event.Type.LAUNCH).setLaunch(Event.Launch.newBuilder().setTask(task(id))));
    }

    private void update(String id, TaskState state) {
        tell(
                new ExecutorMessage.Update(
                        TaskStatus.newBuilder().setTaskId(TaskID.newBuilder().setValue(id)).setState(state).build()));
    }

    private void acknowledge(Call update) {
        TaskStatus status = update.getUpdate().getStatus();
        hear(
                Event.newBuilder()
                        .setType(Event.Type.ACKNOWLEDGED)
                        .setAcknowledged(
                                Event.Acknowledged.newBuilder()
                                        .setTaskId(status.getTaskId())
                                        .setUuid(status.getUuid())));
    }

    private void running() {
        tell(new ExecutorMessage.Start());
        subscribed();
        launch("t1");
    }

    private static List<TaskState> states(Call subscribe) {
        return subscribe.getSubscribe().getUnacknowledgedUpdatesList().stream()
                .map(each -> each.getStatus().getState())
                .toList();
    }

    @Test
    void itSubscribesAndTellsOfTasks() {
        running();
        assertThat(said.getFirst().getType()).isEqualTo(Call.Type.SUBSCRIBE);
        assertThat(said.getFirst().getFrameworkId().getValue()).isEqualTo("framework");
        assertThat(said.getFirst().getExecutorId().getValue()).isEqualTo("executor");
        assertThat(told.getFirst()).isInstanceOf(ExecutorEvent.Registered.class);
        assertThat(told.getLast()).isEqualTo(new ExecutorEvent.Launched(List.of(task("t1"))));
        hear(
                Event.newBuilder()
                        .setType(Event.Type.LAUNCH_GROUP)
                        .setLaunchGroup(
                                Event.LaunchGroup.newBuilder()
                                        .setTaskGroup(
                                                TaskGroupInfo.newBuilder().addTasks(task("g1")).addTasks(task("g2")))));
        assertThat(told.getLast()).isEqualTo(new ExecutorEvent.Launched(List.of(task("g1"), task("g2"))));
    }

    @Test
    void anUpdateHasAnIdThatAgentsTakeAndAllThatTheyAskFor() {
        running();
        for (int i = 0; i < 1_000; i++) {
            update("t1", TaskState.TASK_RUNNING);
            TaskStatus status = said.getLast().getUpdate().getStatus();
            assertThat(status.getUuid().size()).isEqualTo(16);
            assertThat(status.getUuid().byteAt(6) & 0xF0).isEqualTo(0x40);
            assertThat(status.getUuid().byteAt(8) & 0xC0).isEqualTo(0x80);
            assertThat(status.getSource()).isEqualTo(TaskStatus.Source.SOURCE_EXECUTOR);
            assertThat(status.getExecutorId().getValue()).isEqualTo("executor");
            assertThat(status.getTimestamp()).isEqualTo(2.000001);
        }
        assertThat(said.stream().map(each -> each.getUpdate().getStatus().getUuid()).distinct()).hasSize(1_001);
    }

    @Test
    void whatIsNotAcknowledgedIsSaidAgainInItsOrderWithTheNextSubscription() {
        running();
        launch("t2");
        update("t1", TaskState.TASK_STARTING);
        update("t1", TaskState.TASK_RUNNING);
        acknowledge(said.get(1));
        lost();
        assertThat(told.getLast()).isEqualTo(new ExecutorEvent.Disconnected("gone"));
        update("t1", TaskState.TASK_FINISHED); // while nobody listens
        said.clear();
        tell(new ExecutorMessage.Reconnect());
        Call subscribe = said.getFirst();
        assertThat(states(subscribe)).containsExactly(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
        assertThat(subscribe.getSubscribe().getUnacknowledgedTasksList())
                .as("nothing of this one was acknowledged")
                .containsExactly(task("t2"));
        subscribed();
        assertThat(said).as("nothing is said twice on one connection").hasSize(1);
    }

    @Test
    void anUpdateMadeWhileSubscribingGoesAfterTheSubscription() {
        running();
        lost();
        tell(new ExecutorMessage.Reconnect());
        said.clear();
        update("t1", TaskState.TASK_RUNNING);
        update("t1", TaskState.TASK_FINISHED);
        assertThat(said).isEmpty();
        subscribed();
        assertThat(said)
                .extracting(each -> each.getUpdate().getStatus().getState())
                .containsExactly(TaskState.TASK_RUNNING, TaskState.TASK_FINISHED);
    }

    @Test
    void aTaskThatIsSaidAgainIsToldOnce() {
        running();
        lost();
        tell(new ExecutorMessage.Reconnect());
        subscribed();
        told.clear();
        launch("t1");
        assertThat(told).isEmpty();
    }

    @Test
    void anAgentThatIsAwayIsTriedOftenButNotForEver() {
        running();
        lost();
        assertThat(armed)
                .anyMatch(each -> each.message() instanceof ExecutorMessage.GiveUp && each.after().equals(RECOVERY));
        armed.clear();
        for (int i = 0; i < 20; i++) {
            tell(new ExecutorMessage.Reconnect());
            lost();
        }
        assertThat(armed).hasSize(20).allMatch(each -> each.message() instanceof ExecutorMessage.Reconnect);
        assertThat(armed)
                .as("an agent that is back waits for two seconds")
                .allMatch(each -> each.after().toMillis() <= 1_000);
        tell(new ExecutorMessage.GiveUp());
        assertThat(told.getLast()).isEqualTo(new ExecutorEvent.Failed("the agent was away for 900 s"));
        assertThat(hungUp).isTrue();
        assertThat(told).filteredOn(each -> each instanceof ExecutorEvent.Disconnected).hasSize(1);
    }

    @Test
    void anExecutorThatIsNotCheckpointedDoesNotOutliveItsAgent() {
        executor = executor(false);
        running();
        lost();
        assertThat(told.getLast()).isInstanceOf(ExecutorEvent.Failed.class);
        said.clear();
        update("t1", TaskState.TASK_FINISHED);
        tell(new ExecutorMessage.Reconnect());
        assertThat(said).isEmpty();
    }

    @Test
    void beforeTheFirstSubscriptionTheAgentIsTriedAgainEvenWithoutCheckpoint() {
        executor = executor(false);
        tell(new ExecutorMessage.Start());
        lost();
        tell(new ExecutorMessage.Reconnect());
        assertThat(said).hasSize(2);
        assertThat(told).isEmpty();
    }

    @Test
    void aTokenThatIsNotAcceptedIsFinal() {
        tell(new ExecutorMessage.Start());
        tell(new ExecutorMessage.ConnectionEnded(connection, true, "not accepted"));
        assertThat(told).containsExactly(new ExecutorEvent.Failed("not accepted"));
    }

    @Test
    void aShutdownMayComeFirstAndAfterItNobodySubscribesAgain() {
        tell(new ExecutorMessage.Start());
        hear(Event.newBuilder().setType(Event.Type.SHUTDOWN));
        assertThat(told).containsExactly(new ExecutorEvent.ShutdownAsked(Duration.ofSeconds(5)));
        lost();
        assertThat(told.getLast()).isInstanceOf(ExecutorEvent.Failed.class);
        assertThat(said).hasSize(1);
    }

    @Test
    void killsMessagesAndErrorsAreToldAndWhatIsUnknownIsPassedOver() {
        running();
        told.clear();
        Event.Builder kill = Event.newBuilder().setType(Event.Type.KILL);
        kill.getKillBuilder()
                .setTaskId(TaskID.newBuilder().setValue("t1"))
                .getKillPolicyBuilder()
                .getGracePeriodBuilder()
                .setNanoseconds(3_000_000_000L);
        hear(kill);
        Event.Builder message = Event.newBuilder().setType(Event.Type.MESSAGE);
        message.getMessageBuilder().setData(ByteString.copyFromUtf8("hello"));
        hear(message);
        hear(Event.newBuilder().setType(Event.Type.UNKNOWN));
        hear(Event.newBuilder().setType(Event.Type.HEARTBEAT));
        Event.Builder error = Event.newBuilder().setType(Event.Type.ERROR);
        error.getErrorBuilder().setMessage("no more");
        hear(error);
        assertThat(told)
                .containsExactly(
                        new ExecutorEvent.KillAsked("t1", Duration.ofSeconds(3)),
                        new ExecutorEvent.MessageArrived(ByteString.copyFromUtf8("hello")),
                        new ExecutorEvent.Failed("the agent says: no more"));
    }

    @Test
    void anUpdateThatTheAgentDoesNotTakeIsToldAndNotSaidAgain() {
        running();
        update("t1", TaskState.TASK_STAGING);
        tell(new ExecutorMessage.CallRefused(connection, said.getLast(), "TASK_STAGING is not allowed"));
        assertThat(told.getLast()).isEqualTo(new ExecutorEvent.UpdateRefused("t1", "TASK_STAGING is not allowed"));
        lost();
        tell(new ExecutorMessage.Reconnect());
        assertThat(states(said.getLast())).isEmpty();
    }

    @Test
    void whatAnOlderConnectionSaysDoesNotCount() {
        running();
        lost();
        tell(new ExecutorMessage.Reconnect());
        subscribed();
        told.clear();
        tell(new ExecutorMessage.ConnectionEnded(connection - 1, false, "old"));
        assertThat(told).isEmpty();
        tell(new ExecutorMessage.Stop());
        assertThat(hungUp).isTrue();
        launch("t9");
        assertThat(told).as("nothing is heard after the end").isEmpty();
    }

    @Test
    void anAgentIsAskedForASignOfLifeForAsLongAsItHasUs() {
        tell(new ExecutorMessage.Start());
        subscribed();
        for (int i = 0; i < 3; i++) {
            Effect.Arm probe = armed.getLast();
            assertThat(probe.message()).isEqualTo(new ExecutorMessage.Probe());
            assertThat(probe.after()).isEqualTo(Duration.ofSeconds(30));
            said.clear();
            tell((ExecutorMessage) probe.message());
            assertThat(said).extracting(Call::getType).containsExactly(Call.Type.HEARTBEAT);
        }
        lost();
        said.clear();
        tell(new ExecutorMessage.Probe());
        assertThat(said).isEmpty();
    }

    @Test
    void anAgentThatDoesNotKnowOurSignsOfLifeIsKept() {
        running();
        tell(new ExecutorMessage.Probe());
        told.clear();
        tell(new ExecutorMessage.CallRefused(connection, said.getLast(), "unknown call"));
        assertThat(told).isEmpty();
        update("t1", TaskState.TASK_RUNNING);
        assertThat(said.getLast().getType()).isEqualTo(Call.Type.UPDATE);
    }

    @Test
    void aTaskOfANewerAgentIsToldAndGoesBackAsItCame() {
        tell(new ExecutorMessage.Start());
        subscribed();
        TaskInfo newer =
                task("t1").toBuilder()
                        .addResources(Resource.newBuilder().setName("cpus").buildPartial())
                        .buildPartial();
        assertThat(newer.isInitialized()).as("the type of its resource is missing").isFalse();
        hear(
                Event.newBuilder()
                        .setType(Event.Type.LAUNCH)
                        .setLaunch(Event.Launch.newBuilder().setTask(newer).buildPartial()));
        assertThat(told.getLast()).isEqualTo(new ExecutorEvent.Launched(List.of(newer)));
        lost();
        tell(new ExecutorMessage.Reconnect());
        assertThat(said.getLast().getSubscribe().getUnacknowledgedTasksList()).containsExactly(newer);
    }

    @Test
    void anEventThatLacksWhatItIsAboutIsSkipped() {
        running();
        told.clear();
        hear(Event.newBuilder().setType(Event.Type.LAUNCH));
        hear(Event.newBuilder().setType(Event.Type.KILL));
        hear(Event.newBuilder().setType(Event.Type.ACKNOWLEDGED));
        hear(
                Event.newBuilder()
                        .setType(Event.Type.LAUNCH_GROUP)
                        .setLaunchGroup(
                                Event.LaunchGroup.newBuilder()
                                        .setTaskGroup(
                                                TaskGroupInfo.newBuilder()
                                                        .addTasks(TaskInfo.getDefaultInstance())
                                                        .buildPartial())
                                        .buildPartial()));
        assertThat(told).isEmpty();
    }
}
