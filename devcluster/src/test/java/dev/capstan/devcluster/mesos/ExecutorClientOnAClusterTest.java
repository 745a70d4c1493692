package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.agent.ExecutorSettings;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The client of executors in a real process, on agents of a cluster in a box. */
@Tag("process")
@Timeout(90)
class ExecutorClientOnAClusterTest {
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(1, 2, 4_096)
                    .withAllocationInterval(Duration.ofMillis(50))
                    .withExecutors(
                            ExecutorSettings.defaults()
                                    .withReregistrationTimeout(
                                            Duration.ofSeconds(10))); // a busy machine may stop a JVM for long

    private static String executor() {
        String classPath =
                Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .collect(Collectors.joining(File.pathSeparator));
        String command =
                System.getProperty("java.home")
                        + "/bin/java -Xmx64m -Dcom.google.protobuf.use_unsafe_pre22_gencode=true -cp "
                        + classPath
                        + " "
                        + ObedientExecutor.class.getName();
        return "\"executor\":{\"type\":\"CUSTOM\",\"executor_id\":{\"value\":\"e1\"},\"resources\":["
                + FrameworkClient.scalar("mem", 256)
                + "],\"command\":{\"shell\":true,\"value\":\"exec "
                + command
                + "\"}}";
    }

    @Test
    void tasksAreRunKilledAndToldOf() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launchWith(framework.offer(), "t1", executor());
            assertThat(framework.acknowledged("t1", "TASK_RUNNING")).containsEntry("source", "SOURCE_EXECUTOR");
            framework.call("KILL", ",\"kill\":{\"task_id\":{\"value\":\"t1\"}}");
            assertThat(framework.acknowledged("t1", "TASK_KILLED")).containsKey("uuid");
        }
    }

    @Test
    void whatHappenedWhileTheAgentWasAwayIsToldWhenItIsBack() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework =
                        FrameworkClient.subscribe(
                                cluster.masterAddress(), ",\"checkpoint\":true,\"failover_timeout\":60")) {
            framework.launchWith(framework.offer(), "fragile-1", executor());
            framework.acknowledged("fragile-1", "TASK_RUNNING");
            cluster.killAgent(0);
            assertThat(Await.until(() -> isRestarted(cluster), Duration.ofSeconds(10))).isTrue();
            framework.next("RESCIND");
            var offer = framework.offer(); // an update that comes before it is repeated
            assertThat(framework.acknowledged("fragile-1", "TASK_FINISHED")).containsEntry("source", "SOURCE_EXECUTOR");
            framework.launchWith(offer, "t2", executor());
            framework.acknowledged("t2", "TASK_RUNNING"); // by the same executor, which lives on
        }
    }

    @Test
    void anExecutorThatIsNotCheckpointedEndsWithItsAgent() throws IOException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            framework.launchWith(framework.offer(), "t1", executor());
            framework.acknowledged("t1", "TASK_RUNNING");
            String name = ObedientExecutor.class.getName();
            assertThat(processes(name)).isEqualTo(1);
            cluster.killAgent(0);
            assertThat(Await.until(() -> processes(name) == 0, Duration.ofSeconds(20))).isTrue();
        }
    }

    /** The port of the agent that was killed may be free a moment later only. */
    private static boolean isRestarted(MesosDevCluster cluster) {
        try {
            cluster.restartAgent(0);
            return true;
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Children of this process that run a class. */
    private static long processes(String name) {
        return ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().filter(line -> line.contains(name)).isPresent())
                .count();
    }
}
