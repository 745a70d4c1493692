package dev.capstan.devcluster.mesos.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.ContainerOperation;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGeneratorFactory;

/** Which tasks are of one group, as an agent sees it. */
class AgentGroupsTest {
    private static final AgentID ID = AgentID.newBuilder().setValue("S0").build();

    private final Agent agent =
            new Agent(
                    new AgentConfig("127.0.0.1", "/sandboxes", ExecutorSettings.defaults(), Duration.ofSeconds(90)),
                    AgentInfo.newBuilder().setHostname("here").setPort(5051).build(),
                    new Address("agent", "agent"),
                    RandomGeneratorFactory.of("L64X128MixRandom").create(7),
                    0);

    private static void register(Agent agent) {
        agent.on(new AgentMessage.Started(), 0);
        agent.on(new AgentMessage.MasterDetected(new Address("master", "master")), 0);
        agent.on(new AgentMessage.RecoveryEnded(), 0);
        agent.on(new AgentMessage.Registered(ID), 0);
    }

    private static ContainerID launched(Agent agent, String executor, String task) {
        var framework = FrameworkInfo.newBuilder().setUser("root").setName("f").setCheckpoint(true);
        framework.getIdBuilder().setValue("F");
        var own = ExecutorInfo.newBuilder().setType(ExecutorInfo.Type.DEFAULT);
        own.getExecutorIdBuilder().setValue(executor);
        var info =
                TaskInfo.newBuilder()
                        .setName(task)
                        .setAgentId(ID)
                        .setCommand(CommandInfo.newBuilder().setValue("sleep 600"));
        info.getTaskIdBuilder().setValue(task);
        List<Effect> effects =
                agent.on(new AgentMessage.RunTaskGroup(framework.build(), own.build(), List.of(info.build())), 0);
        ContainerID container =
                effects.stream()
                        .map(each ->
                                each instanceof Effect.Perform(ContainerOperation.Start start)
                                        ? start.container()
                                        : null)
                        .filter(Objects::nonNull)
                        .findFirst()
                        .orElseThrow();
        agent.on(new AgentMessage.ContainerStarted(container, 1), 0);
        return container;
    }

    @Test
    void aGroupThatFailsAfterARestartOfTheAgentLeavesThoseFromBeforeAlone() {
        register(agent);
        launched(agent, "e1", "t1");
        Agent successor = agent.successor();
        register(successor);
        ContainerID fails = launched(successor, "e2", "t2");
        assertThat(successor.on(new AgentMessage.ContainerExited(fails, 7), 0))
                .noneMatch(effect -> effect instanceof Effect.Perform(ContainerOperation.Terminate _));
    }
}
