package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterLink;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.scheduler.FrameworkConfig;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.FrameworkUser;
import dev.capstan.mesos.scheduler.TaskRequest;
import dev.capstan.testing.Await;
import dev.capstan.testing.ZooKeeperProcess;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Our framework finds the leader of several masters, and follows when another one leads. */
@Tag("process")
@Timeout(120)
class FrameworkFollowsLeaderTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Address FRAMEWORK = new Address("driver", "framework");
    private static final Address USER = new Address("user", "user");

    @TempDir private static Path directory;

    private final List<FrameworkEvent> told = new ArrayList<>();

    private void hear(Address from, Address to, Message message) {
        synchronized (told) {
            if (to.equals(USER) && message instanceof FrameworkEvent event) {
                told.add(event);
            }
        }
    }

    private List<FrameworkEvent> told() {
        synchronized (told) {
            return List.copyOf(told);
        }
    }

    private void await(String what, Predicate<FrameworkEvent> fits) {
        assertThat(Await.until(() -> told().stream().anyMatch(fits), BOUND)).as("%s, among %s", what, told()).isTrue();
    }

    private static FrameworkScheduler framework() {
        var info =
                FrameworkInfo.newBuilder().setUser("root").setName("follower").addRoles("dev").setFailoverTimeout(600);
        info.setCheckpoint(true);
        for (var type : List.of(Capability.Type.MULTI_ROLE, Capability.Type.PARTITION_AWARE)) {
            info.addCapabilities(Capability.newBuilder().setType(type));
        }
        return new FrameworkScheduler(
                new FrameworkConfig(info.build(), FrameworkConfig.Timing.USUAL, 0, 1),
                new FrameworkUser(USER, event -> event),
                List.of());
    }

    private static FrameworkMessage launch(String id) {
        var command = CommandInfo.newBuilder().setShell(true).setValue("sleep 1000");
        return new FrameworkMessage.Launch(
                new TaskRequest(
                        id,
                        "dev",
                        Needs.of(100, 32_000),
                        Constraints.parse(""),
                        "group",
                        TaskInfo.newBuilder().setCommand(command).buildPartial()));
    }

    private static boolean isRunning(FrameworkEvent event, String task) {
        return event instanceof FrameworkEvent.TaskChanged(var id, var status)
                && id.equals(task)
                && status.getState() == TaskState.TASK_RUNNING;
    }

    @Test
    void itKeepsItsTasksWhenTheLeaderIsKilled() throws IOException {
        try (var zooKeeper = ZooKeeperProcess.start(directory)) {
            var place = new ZooKeeperPlace(zooKeeper.address(), "/mesos", Duration.ofSeconds(2), "");
            var master = MasterConfig.builder().allocationInterval(Duration.ofMillis(50)).election(3, place).build();
            try (var cluster = MesosDevCluster.start(ClusterSpec.agents(2, 2, 4096).withMaster(master));
                    var loop = new ActorLoop("framework", this::hear, fault -> {}).start();
                    var link =
                            new MasterLink(
                                    MasterPlace.parse(place.toString()),
                                    MasterAccess.OPEN,
                                    message -> loop.tell(FRAMEWORK, message))) {
                loop.host(FRAMEWORK, framework(), link, (_, done) -> done.accept(null));
                loop.tell(FRAMEWORK, new FrameworkMessage.Start());
                loop.tell(FRAMEWORK, launch("before"));
                await("the task runs", event -> isRunning(event, "before"));
                String old = cluster.masterAddress();
                cluster.killLeader();
                await("the break", FrameworkEvent.Disconnected.class::isInstance);
                loop.tell(FRAMEWORK, launch("between"));
                await("a task that was wanted while nobody led", event -> isRunning(event, "between"));
                assertThat(cluster.masterAddress()).isNotEqualTo(old);
                assertThat(told().stream().filter(FrameworkEvent.Registered.class::isInstance).toList())
                        .hasSize(2)
                        .extracting(event -> ((FrameworkEvent.Registered) event).frameworkId())
                        .as("the same framework")
                        .allMatch(id -> id.equals(((FrameworkEvent.Registered) registered()).frameworkId()));
                assertThat(told()).as("ends").noneMatch(FrameworkEvent.TaskEnded.class::isInstance);
                loop.tell(FRAMEWORK, new FrameworkMessage.Cancel("before"));
                await(
                        "the end of the older task, at the new leader",
                        event -> event instanceof FrameworkEvent.TaskEnded(var id, _) && id.equals("before"));
                loop.tell(FRAMEWORK, new FrameworkMessage.Stop(true));
                await("the end", FrameworkEvent.Stopped.class::isInstance);
            }
        }
    }

    private FrameworkEvent registered() {
        return told().stream().filter(FrameworkEvent.Registered.class::isInstance).findFirst().orElseThrow();
    }
}
