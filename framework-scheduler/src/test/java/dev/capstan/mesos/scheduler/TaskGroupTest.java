package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.NONE;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.Stream;

/** Tasks that are launched together under an executor that Mesos brings along. */
class TaskGroupTest {
    private final FrameworkFixture fixture = FrameworkFixture.subscribed();

    private static ExecutorInfo executor(String id) {
        return ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue(id)).build();
    }

    private static GroupRequest group(String executor, Constraints constraints, String... ids) {
        return new GroupRequest(
                "dev",
                constraints,
                "group",
                executor(executor),
                Needs.of(100, 32_000).withDisk(1_000),
                Stream.of(ids).map(TaskGroupTest::member).toList());
    }

    private static GroupRequest.Member member(String id) {
        var template = TaskInfo.newBuilder().setCommand(CommandInfo.newBuilder().setValue("serve")).buildPartial();
        return new GroupRequest.Member(id, Needs.of(1_000, 100_000), template);
    }

    private FrameworkFixture.Outcome launch(GroupRequest group) {
        return fixture.tell(new FrameworkMessage.LaunchGroup(group));
    }

    private FrameworkFixture.Outcome running() {
        launch(group("e1", NONE, "t1", "t2"));
        return fixture.offer(fixture.offerOf("agent-1", 4, 4_000));
    }

    @Test
    void aGroupGoesToOneAgentWithTheExecutorOfMesos() {
        launch(group("e1", NONE, "t1", "t2"));
        var outcome = fixture.offer(fixture.offerOf("agent-1", 2, 4_000), fixture.offerOf("agent-2", 2.1, 232));
        Offer.Operation operation = outcome.call(Call.Type.ACCEPT).getAccept().getOperations(0);
        assertThat(operation.getType()).isEqualTo(Offer.Operation.Type.LAUNCH_GROUP);
        ExecutorInfo executor = operation.getLaunchGroup().getExecutor();
        assertThat(executor.getType()).isEqualTo(ExecutorInfo.Type.DEFAULT);
        assertThat(executor.getFrameworkId().getValue()).isEqualTo(FrameworkFixture.FRAMEWORK_ID);
        assertThat(executor.getResourcesList())
                .extracting(each -> each.getName() + " " + each.getScalar().getValue())
                .containsExactly("cpus 0.1", "disk 1.0", "mem 32.0");
        assertThat(operation.getLaunchGroup().getTaskGroup().getTasksList())
                .extracting(task -> task.getTaskId().getValue() + " on " + task.getAgentId().getValue())
                .containsExactly("t1 on agent-2", "t2 on agent-2");
        assertThat(operation.getLaunchGroup().getTaskGroup().getTasksList())
                .allSatisfy(task -> assertThat(task.getResourcesList()).hasSize(2))
                .allSatisfy(task ->
                        assertThat(task.getCommand().getEnvironment().getVariables(0).getName()).isEqualTo("HOST"))
                .allSatisfy(task -> assertThat(task.hasExecutor()).isFalse());
    }

    @Test
    void whatATaskOfItTakesIsToldAndWrittenForEach() {
        var outcome = running();
        assertThat(outcome.told(FrameworkEvent.TaskPlaced.class))
                .extracting(FrameworkEvent.TaskPlaced::taskId)
                .containsExactly("t1", "t2");
        assertThat(outcome.told(FrameworkEvent.TaskPlaced.class))
                .allSatisfy(placed -> assertThat(placed.placement().resources().milli("cpus")).isEqualTo(1_000));
        assertThat(fixture.written)
                .contains(
                        new FrameworkEntry.Intended("t1", "agent-1", "e1"),
                        new FrameworkEntry.Intended("t2", "agent-1", "e1"));
    }

    @Test
    void aGroupThatDoesNotFitWholeIsNotLaunchedAtAll() {
        launch(group("e1", NONE, "t1", "t2"));
        var outcome = fixture.offer(fixture.offerOf("agent-1", 2, 4_000), fixture.offerOf("agent-2", 2, 4_000));
        assertThat(outcome.callTypes()).isEmpty();
        assertThat(fixture.framework.view().tasks()).isEmpty();
    }

    @Test
    void eachTaskHasAStateOfItsOwn() {
        running();
        fixture.update("t1", TaskState.TASK_RUNNING);
        fixture.update("t2", TaskState.TASK_RUNNING);
        assertThat(fixture.update("t1", TaskState.TASK_FINISHED).told(FrameworkEvent.TaskEnded.class))
                .extracting(FrameworkEvent.TaskEnded::taskId)
                .containsExactly("t1");
        assertThat(fixture.framework.view().tasks()).containsExactly("t2");
        assertThat(fixture.update("t2", TaskState.TASK_FAILED).told(FrameworkEvent.TaskEnded.class)).hasSize(1);
    }

    @Test
    void oneThatIsCancelledWhileItWaitsTakesTheOthersWithIt() {
        launch(group("e1", NONE, "t1", "t2"));
        assertThat(fixture.tell(new FrameworkMessage.Cancel("t2")).callTypes()).containsExactly(Call.Type.SUPPRESS);
        assertThat(fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).callTypes()).containsExactly(Call.Type.DECLINE);
    }

    @Test
    void oneThatIsCancelledWhileItRunsIsKilledByItself() {
        running();
        Call kill = fixture.tell(new FrameworkMessage.Cancel("t2")).call(Call.Type.KILL);
        assertThat(kill.getKill().getTaskId().getValue()).isEqualTo("t2");
        assertThat(fixture.framework.view().tasks()).containsExactly("t1", "t2");
    }

    @Test
    void aGroupOfWhichATaskIsKnownIsIgnored() {
        running();
        assertThat(launch(group("e2", NONE, "t3", "t2")).effects()).isEmpty();
        launch(group("e3", NONE, "t5", "t6"));
        assertThat(launch(group("e4", NONE, "t7", "t6")).effects()).isEmpty();
        assertThat(fixture.launch("t6", 1, 100).effects()).isEmpty();
    }

    @Test
    void aCallThatTheMasterRefusesEndsAllTasksOfTheGroup() {
        Call accept = running().call(Call.Type.ACCEPT);
        var refused = fixture.tell(new FrameworkMessage.CallRefused(1, accept, "malformed"));
        assertThat(refused.told(FrameworkEvent.TaskEnded.class))
                .extracting(FrameworkEvent.TaskEnded::taskId)
                .containsExactly("t1", "t2");
    }

    @Test
    void aGroupCountsAsOneWhereTasksAreCountedUntilItsLastTaskIsOver() {
        launch(group("e1", Constraints.parse("agent max-per 2"), "t1", "t2"));
        fixture.offer(fixture.offerOf("agent-1", 8, 4_000));
        launch(group("e2", Constraints.parse("agent max-per 2"), "t3", "t4"));
        assertThat(fixture.offer(fixture.offerOf("agent-1", 8, 4_000)).callTypes()).contains(Call.Type.ACCEPT);
        launch(group("e3", Constraints.parse("agent max-per 2"), "t5", "t6"));
        assertThat(fixture.offer(fixture.offerOf("agent-1", 8, 4_000)).callTypes()).isEmpty();
        fixture.update("t1", TaskState.TASK_FINISHED);
        assertThat(fixture.offer(fixture.offerOf("agent-1", 8, 4_000)).callTypes()).isEmpty();
        fixture.update("t2", TaskState.TASK_FINISHED);
        assertThat(fixture.offer(fixture.offerOf("agent-1", 8, 4_000)).callTypes()).contains(Call.Type.ACCEPT);
    }

    @Test
    void tasksAndGroupsShareAnOffer() {
        launch(group("e1", NONE, "t1", "t2"));
        fixture.launch("single", 1, 100);
        var outcome = fixture.offer(fixture.offerOf("agent-1", 4, 4_000));
        assertThat(outcome.call(Call.Type.ACCEPT).getAccept().getOperationsList())
                .extracting(Offer.Operation::getType)
                .containsExactly(Offer.Operation.Type.LAUNCH_GROUP, Offer.Operation.Type.LAUNCH);
        double cpus =
                outcome.call(Call.Type.ACCEPT).getAccept().getOperationsList().stream()
                        .flatMap(each -> Launches.tasks(each).stream())
                        .flatMap(task -> task.getResourcesList().stream())
                        .filter(each -> each.getName().equals("cpus"))
                        .map(Resource::getScalar)
                        .mapToDouble(each -> each.getValue())
                        .sum();
        assertThat(cpus).isEqualTo(3);
    }

    private static Offer.Operation.LaunchGroup launched(FrameworkFixture.Outcome outcome) {
        return outcome.call(Call.Type.ACCEPT).getAccept().getOperations(0).getLaunchGroup();
    }

    @Test
    void aGroupJoinsTheExecutorThatRunsAlreadyJustAsItWasLaunched() {
        ExecutorInfo first = launched(running()).getExecutor();
        launch(group("e1", NONE, "t3"));
        var elsewhere = fixture.offer(fixture.offerOf("agent-2", 4, 4_000));
        assertThat(elsewhere.callTypes()).doesNotContain(Call.Type.ACCEPT);
        var joined = launched(fixture.offer(fixture.offerOf("agent-1", 1, 100))); // nothing for an executor
        assertThat(joined.getExecutor()).isEqualTo(first);
        assertThat(joined.getTaskGroup().getTasksList())
                .extracting(task -> task.getTaskId().getValue())
                .containsExactly("t3");
    }

    @Test
    void groupsThatAreLaunchedTogetherShareTheirExecutor() {
        launch(group("e1", NONE, "t1"));
        launch(group("e1", NONE, "t2"));
        var operations =
                fixture.offer(fixture.offerOf("agent-1", 1, 4_000), fixture.offerOf("agent-2", 2.1, 232))
                        .call(Call.Type.ACCEPT)
                        .getAccept()
                        .getOperationsList();
        assertThat(operations).hasSize(2);
        assertThat(operations.get(0).getLaunchGroup().getExecutor())
                .isEqualTo(operations.get(1).getLaunchGroup().getExecutor());
    }

    @Test
    void anExecutorThatHasLostItsLastTaskIsLaunchedAnew() {
        running();
        fixture.update("t1", TaskState.TASK_FINISHED);
        fixture.update("t2", TaskState.TASK_FINISHED);
        launch(group("e1", NONE, "t3"));
        assertThat(fixture.offer(fixture.offerOf("agent-2", 1, 4_000)).callTypes()).doesNotContain(Call.Type.ACCEPT);
        assertThat(launched(fixture.offer(fixture.offerOf("agent-2", 2, 4_000))).getTaskGroup().getTasksCount())
                .isEqualTo(1);
    }

    @Test
    void aLaterRunJoinsTheExecutorOfAnEarlierOne() {
        ExecutorInfo first = launched(running()).getExecutor();
        fixture.update("t1", TaskState.TASK_FINISHED);
        var next = FrameworkFixture.subscribed(fixture.written.toArray(FrameworkEntry[]::new));
        next.tell(new FrameworkMessage.LaunchGroup(group("e1", NONE, "t3")));
        assertThat(launched(next.offer(next.offerOf("agent-1", 1, 100))).getExecutor()).isEqualTo(first);
    }

    @Test
    void whyAGroupThatJoinsDoesNotGoElsewhereIsExplained() {
        running();
        launch(group("e1", NONE, "t3"));
        fixture.offer(fixture.offerOf("agent-2", 4, 4_000));
        var explained = fixture.tell(new FrameworkMessage.Explain()).event(FrameworkEvent.Explained.class);
        assertThat(explained.explanation().toString()).contains("the executor that it joins is on another agent");
    }

    @Test
    void whatMesosWouldRefuseIsRefusedHere() {
        ExecutorInfo withCommand =
                executor("e1").toBuilder().setCommand(CommandInfo.newBuilder().setValue("x")).build();
        var members = List.of(member("t1"));
        var needs = Needs.of(100, 32_000).withDisk(1_000);
        assertThatThrownBy(() -> new GroupRequest("dev", NONE, "g", withCommand, needs, members))
                .hasMessageContaining("no command");
        assertThatThrownBy(() -> new GroupRequest("dev", NONE, "g", executor("a/b"), needs, members))
                .hasMessageContaining("a/b");
        for (Needs little :
                List.of(
                        Needs.of(100, 32_000),
                        Needs.of(9, 32_000).withDisk(1),
                        Needs.of(10, 31_999).withDisk(1))) { // as a master said of each
            assertThatThrownBy(() -> new GroupRequest("dev", NONE, "g", executor("e1"), little, members))
                    .hasMessageContaining("some disk at least for the executor of a group, but it has " + little);
        }
        assertThatThrownBy(() -> group("e1", NONE)).hasMessageContaining("must have a task");
        assertThatThrownBy(() -> group("e1", NONE, "t1", "t1")).hasMessageContaining("t1");
        assertThatThrownBy(() -> member("no good")).hasMessageContaining("no good");
        var own = TaskInfo.newBuilder().setExecutor(executor("own")).buildPartial();
        assertThatThrownBy(() -> new GroupRequest.Member("t1", needs, own)).hasMessageContaining("of its own");
    }

    /** Found when it is launched it would end the framework. */
    @Test
    void whatCouldNotBeSentIsRefusedAsItIsAskedFor() {
        var needs = Needs.of(100, 32_000).withDisk(1_000);
        var withoutAddress =
                CommandInfo.newBuilder().addUris(CommandInfo.URI.newBuilder().setExtract(true).buildPartial());
        var incomplete = TaskInfo.newBuilder().setCommand(withoutAddress.buildPartial()).buildPartial();
        assertThatThrownBy(() -> new GroupRequest.Member("t1", needs, incomplete))
                .hasMessageContaining("task t1 lacks command.uris[0].value");
        assertThatThrownBy(() -> new TaskRequest("t1", "dev", needs, NONE, "g", incomplete))
                .hasMessageContaining("task t1 lacks command.uris[0].value");
        var nameless = TaskInfo.newBuilder().setExecutor(executor("x".repeat(70_000))).buildPartial();
        assertThatThrownBy(() -> new TaskRequest("t1", "dev", needs, NONE, "g", nameless))
                .hasMessageContaining("no executor by the name");
        var members = List.of(member("t1"));
        var large = executor("e1").toBuilder().setData(ByteString.copyFrom(new byte[200_000])).build();
        assertThatThrownBy(() -> new GroupRequest("dev", NONE, "g", large, needs, members))
                .hasMessageContaining("executor e1")
                .hasMessageContaining("bytes");
        var kindless = executor("e1").toBuilder().setContainer(ContainerInfo.getDefaultInstance()).buildPartial();
        assertThatThrownBy(() -> new GroupRequest("dev", NONE, "g", kindless, needs, members))
                .hasMessageContaining("executor e1 lacks container.type");
    }
}
