package dev.capstan.devcluster.mesos.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.ContainerOperation;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.KillPolicy;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGeneratorFactory;

/** One update of a task at a time, until it is acknowledged. */
class AgentUpdatesTest {
    private static final Address MASTER = new Address("master", "master");
    private static final AgentID ID = AgentID.newBuilder().setValue("S0").build();
    private static final FrameworkID FRAMEWORK = FrameworkID.newBuilder().setValue("F").build();
    private static final TaskID TASK = TaskID.newBuilder().setValue("t1").build();

    private final Agent agent =
            new Agent(
                    new AgentConfig("127.0.0.1", "/sandboxes", ExecutorSettings.defaults(), Duration.ofSeconds(90)),
                    AgentInfo.newBuilder().setHostname("here").setPort(5051).build(),
                    new Address("agent", "agent"),
                    RandomGeneratorFactory.of("L64X128MixRandom").create(7),
                    0);

    private ContainerID launched() {
        return launched(false);
    }

    private ContainerID launched(boolean checkpoint) {
        return launched(TaskInfo.newBuilder().setCommand(CommandInfo.newBuilder().setValue("true")), checkpoint);
    }

    private ContainerID launched(TaskInfo.Builder task, boolean checkpoint) {
        agent.on(new AgentMessage.Started(), 0);
        agent.on(new AgentMessage.MasterDetected(MASTER), 0);
        agent.on(new AgentMessage.Registered(ID), 0);
        var framework =
                FrameworkInfo.newBuilder().setUser("root").setName("f").setId(FRAMEWORK).setCheckpoint(checkpoint);
        List<Effect> effects =
                agent.on(
                        new AgentMessage.RunTask(
                                framework.build(), task.setName("t1").setTaskId(TASK).setAgentId(ID).build()),
                        0);
        return effects.stream()
                .map(each -> each instanceof Effect.Perform(ContainerOperation.Start start) ? start.container() : null)
                .filter(Objects::nonNull)
                .findFirst()
                .orElseThrow();
    }

    private static List<MasterMessage.UpdateArrived> updates(List<Effect> effects) {
        return effects.stream()
                .map(each -> each instanceof Effect.Send(_, MasterMessage.UpdateArrived update) ? update : null)
                .filter(Objects::nonNull)
                .toList();
    }

    private static List<Duration> repeats(List<Effect> effects) {
        return effects.stream()
                .map(each -> each instanceof Effect.Arm(_, var after, AgentMessage.RepeatUpdate _) ? after : null)
                .filter(Objects::nonNull)
                .toList();
    }

    @Test
    void anUpdateIsRepeatedEverMoreRarelyAndTellsTheNewestState() {
        ContainerID container = launched();
        List<Effect> started = agent.on(new AgentMessage.ContainerStarted(container, 1), 0);
        assertThat(updates(started)).hasSize(1);
        assertThat(repeats(started)).containsExactly(Duration.ofSeconds(10));
        assertThat(updates(agent.on(new AgentMessage.ContainerExited(container, 0), 0))).isEmpty();
        List<Effect> again = agent.on(new AgentMessage.RepeatUpdate(FRAMEWORK, TASK), 0);
        assertThat(updates(again))
                .hasSize(1)
                .first()
                .satisfies(update -> {
                    assertThat(update.status().getState()).isEqualTo(TaskState.TASK_STARTING);
                    assertThat(update.latest()).isEqualTo(TaskState.TASK_FINISHED);
                });
        assertThat(repeats(again)).containsExactly(Duration.ofSeconds(20));
        assertThat(repeats(agent.on(new AgentMessage.RepeatUpdate(FRAMEWORK, TASK), 0)))
                .containsExactly(Duration.ofSeconds(40));
    }

    @Test
    void theNextUpdateIsToldWithTheAcknowledgementOfTheOneBefore() {
        ContainerID container = launched();
        var starting = updates(agent.on(new AgentMessage.ContainerStarted(container, 1), 0)).getFirst();
        var running =
                updates(agent.on(new AgentMessage.AcknowledgeUpdate(FRAMEWORK, TASK, starting.status().getUuid()), 0));
        assertThat(running).hasSize(1);
        assertThat(running.getFirst().status().getState()).isEqualTo(TaskState.TASK_RUNNING);
        assertThat(
                        updates(
                                agent.on(
                                        new AgentMessage.AcknowledgeUpdate(
                                                FRAMEWORK, TASK, starting.status().getUuid()),
                                        0)))
                .isEmpty();
    }

    @Test
    void aTaskThatIsKilledBeforeItBeginsIsToldAtOnceAndItsContainerDestroyed() {
        ContainerID container = launched();
        List<Effect> killed = agent.on(new AgentMessage.KillTask(FRAMEWORK, TASK, KillPolicy.getDefaultInstance()), 0);
        assertThat(updates(killed).getFirst().status().getMessage())
                .isEqualTo("Killed before delivery to the executor");
        assertThat(killed).contains(new Effect.Perform(new ContainerOperation.Destroy(container)));
        assertThat(updates(agent.on(new AgentMessage.ContainerStarted(container, 1), 0))).isEmpty();
        assertThat(updates(agent.on(new AgentMessage.ContainerExited(container, 9), 0))).isEmpty();
    }

    @Test
    void theUpdateAfterAnAcknowledgedOneIsRepeatedAsEarlyAsTheFirst() {
        ContainerID container = launched();
        var starting = updates(agent.on(new AgentMessage.ContainerStarted(container, 1), 0)).getFirst();
        agent.on(new AgentMessage.RepeatUpdate(FRAMEWORK, TASK), 0);
        var seen = new AgentMessage.AcknowledgeUpdate(FRAMEWORK, TASK, starting.status().getUuid());
        assertThat(repeats(agent.on(seen, 0))).containsExactly(Duration.ofSeconds(10));
    }

    @Test
    void nobodyIsToldOfTheTasksOfAFrameworkThatIsGone() {
        ContainerID container = launched();
        agent.on(new AgentMessage.ContainerStarted(container, 1), 0);
        agent.on(new AgentMessage.ShutdownFramework(FRAMEWORK), 0);
        assertThat(updates(agent.on(new AgentMessage.ContainerExited(container, 15), 0))).isEmpty();
        assertThat(updates(agent.on(new AgentMessage.Registered(ID), 0))).isEmpty();
    }

    @Test
    void pendingUpdatesAreToldTwiceByAnAgentThatCameBackAndOnceByOneWhoseMasterDid() {
        ContainerID container = launched(true);
        agent.on(new AgentMessage.ContainerStarted(container, 1), 0);
        agent.on(new AgentMessage.MasterDetected(MASTER), 0);
        assertThat(updates(agent.on(new AgentMessage.Registered(ID), 0))).hasSize(1);
        Agent successor = agent.successor();
        successor.on(new AgentMessage.Started(), 0);
        successor.on(new AgentMessage.MasterDetected(MASTER), 0);
        successor.on(new AgentMessage.RecoveryEnded(), 0);
        assertThat(updates(successor.on(new AgentMessage.Registered(ID), 0))).hasSize(2);
    }

    @Test
    void theEndOfAnExecutorIsToldOnceThereIsAMasterAgain() {
        ContainerID container =
                launched(
                        TaskInfo.newBuilder()
                                .setExecutor(
                                        ExecutorInfo.newBuilder()
                                                .setExecutorId(ExecutorID.newBuilder().setValue("e1"))
                                                .setCommand(CommandInfo.newBuilder().setValue("true"))),
                        true);
        agent.on(new AgentMessage.ContainerStarted(container, 1), 0);
        Agent successor = agent.successor();
        successor.on(new AgentMessage.Started(), 0);
        successor.on(new AgentMessage.MasterDetected(MASTER), 0);
        assertThat(successor.on(new AgentMessage.RecoveryEnded(), 0))
                .anyMatch(each ->
                        each instanceof Effect.Send(_, MasterMessage.RegisterAgent register)
                                && register.executors().size() == 1)
                .contains(new Effect.Perform(new ContainerOperation.Destroy(container)));
        assertThat(exits(successor.on(new AgentMessage.ContainerExited(container, 9), 0))).isEmpty();
        assertThat(exits(successor.on(new AgentMessage.Registered(ID), 0))).hasSize(1);
    }

    private static List<MasterMessage.ExecutorExited> exits(List<Effect> effects) {
        return effects.stream()
                .map(each -> each instanceof Effect.Send(_, MasterMessage.ExecutorExited exited) ? exited : null)
                .filter(Objects::nonNull)
                .toList();
    }

    @Test
    void anAgentThatItsMasterForgetsToAskRegistersAgain() {
        launched();
        assertThat(agent.on(new AgentMessage.MasterSilent(), 0))
                .anyMatch(each -> each instanceof Effect.Send(_, MasterMessage.RegisterAgent _));
    }
}
