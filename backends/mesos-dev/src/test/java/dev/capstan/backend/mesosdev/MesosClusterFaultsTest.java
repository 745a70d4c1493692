package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;
import dev.capstan.devcluster.mesos.agent.ExecutorSettings;
import dev.capstan.devcluster.mesos.master.MasterConfig;
import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextBuilder;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.mesos.master.HostPort;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.operator.OperatorClient;
import dev.capstan.testing.Await;

import org.apache.mesos.v1.master.Protos.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * What may go wrong with the cluster itself, by switches that only the cluster in a box has; on one that is given these
 * things are done by hand.
 */
@Tag("process")
@Timeout(150)
class MesosClusterFaultsTest {
    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final int TASKS = 60;
    private static final long TASK_NANOS = 50_000_000;

    @TempDir private Path runs;

    private final OwnProcesses processes = new OwnProcesses("cluster-faults");
    private MesosDevCluster cluster;

    private CapstanContext start(ClusterSpec spec, String... keysAndValues) {
        cluster = MesosDevCluster.start(spec.withAllocationInterval(Duration.ofMillis(100)));
        return context(keysAndValues);
    }

    private CapstanContext context(String... keysAndValues) {
        ContextBuilder builder =
                CapstanContext.builder()
                        .master("mesos://" + cluster.masterAddress())
                        .appName(processes.name())
                        .conf("capstan.console.progress", "false")
                        .conf("capstan.driver.host", "127.0.0.1")
                        .conf("capstan.mesos.executor.memory", "128m")
                        .conf("capstan.mesos.executors.min", "2")
                        .conf("capstan.mesos.cores.max", "2");
        for (int i = 0; i < keysAndValues.length; i += 2) {
            builder.conf(keysAndValues[i], keysAndValues[i + 1]);
        }
        return builder.create();
    }

    @AfterEach
    void nothingIsLeft() {
        boolean ended = processes.haveEnded(BOUND);
        cluster.close();
        assertThat(ended).as("executors that outlived their program").isTrue();
    }

    /** A job that lasts for a while, and leaves a file for each run of a task. */
    private JobFuture<Long> job(CapstanContext context) {
        String directory = runs.toString();
        return context.range(0, TASKS, 1, TASKS)
                .map(x -> {
                    LockSupport.parkNanos(TASK_NANOS);
                    mark(Path.of(directory), x);
                    return x;
                })
                .countAsync();
    }

    private static void mark(Path directory, long task) {
        try {
            Files.createTempFile(directory, "task-" + task + "-", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long taskRuns() {
        try (Stream<Path> files = Files.list(runs)) {
            return files.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As many as are to be, with work before the job begins. */
    private void awaitExecutors(CapstanContext context) {
        assertThat(Await.until(() -> processes.running().size() == 2, BOUND)).isTrue();
        assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
    }

    /** Some tasks have run, but not all. */
    private void awaitTheMiddle() {
        assertThat(Await.until(() -> taskRuns() > 5, BOUND)).isTrue();
    }

    @Test
    void aMasterThatIsRestartedInTheMiddleOfAJobCostsNoTask() throws InterruptedException {
        try (CapstanContext context = start(ClusterSpec.agents(2, 2, 2_048))) {
            awaitExecutors(context);
            JobFuture<Long> job = job(context);
            awaitTheMiddle();
            List<ProcessHandle> before = processes.running();

            cluster.restartMaster();

            assertThat(job.get()).isEqualTo(TASKS);
            assertThat(taskRuns()).as("runs of tasks").isEqualTo(TASKS);
            assertThat(Await.until(() -> explain(context).contains("at the Mesos master on"), BOUND)).isTrue();
            assertThat(processes.running()).isEqualTo(before);
        }
    }

    private static String explain(CapstanContext context) {
        try {
            return context.explain();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theMasterForgetsAProgramThatEndsAlsoWhenItsBookIsOnDisk() throws IOException, InterruptedException {
        CapstanContext context = start(ClusterSpec.agents(2, 2, 2_048), "capstan.mesos.store", runs + "/book");
        try (context) {
            awaitExecutors(context);
        }
        var place = new MasterPlace.Listed(List.of(HostPort.parse(cluster.masterAddress(), MasterPlace.USUAL_PORT)));
        try (var operator = new OperatorClient(place, MasterAccess.OPEN)) {
            assertThat(operator.get(Call.Type.GET_FRAMEWORKS).getGetFrameworks().getFrameworksList()).isEmpty();
        }
    }

    @Test
    void anAgentThatIsRestartedKeepsItsExecutor() throws InterruptedException {
        try (CapstanContext context =
                start(
                        ClusterSpec.agents(2, 2, 2_048)
                                .withExecutors(
                                        ExecutorSettings.defaults()
                                                .withReregistrationTimeout(Duration.ofSeconds(10))))) {
            awaitExecutors(context);
            JobFuture<Long> job = job(context);
            awaitTheMiddle();
            List<ProcessHandle> before = processes.running();

            cluster.killAgent(0);
            cluster.restartAgent(0);

            assertThat(job.get()).isEqualTo(TASKS);
            assertThat(taskRuns()).as("runs of tasks").isEqualTo(TASKS);
            assertThat(processes.running()).isEqualTo(before);
        }
    }

    @Test
    void anAgentOutOfReachIsReplacedAndWhatComesBackWithItIsKilled() {
        var soon = MasterConfig.defaults().toBuilder().pings(Duration.ofMillis(200), 3).build();
        cluster = MesosDevCluster.prepare(ClusterSpec.agents(2, 1, 1_024).withMaster(soon));
        cluster.startAgent(0);
        try (CapstanContext context =
                context(
                        "capstan.mesos.executors.min",
                        "1",
                        "capstan.mesos.cores.max",
                        "1",
                        "capstan.mesos.unreachableTimeout",
                        "500ms")) {
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
            ProcessHandle cutOff = processes.running().getFirst();

            cluster.partitionAgent(0);
            cluster.startAgent(1);

            assertThat(Await.until(() -> processes.running().stream().anyMatch(each -> !each.equals(cutOff)), BOUND))
                    .as("one to replace it")
                    .isTrue();
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
            cluster.healAgent(0);
            assertThat(Await.until(() -> !cutOff.isAlive(), BOUND)).as("it is killed once it is back").isTrue();
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
        }
    }

    @Test
    void offersThatAreTakenBackComeAgain() throws InterruptedException {
        try (CapstanContext context =
                start(ClusterSpec.agents(2, 2, 2_048), "capstan.mesos.constraints", "rack = nowhere")) {
            assertThat(Await.until(() -> explain(context).contains("has no attribute rack"), BOUND)).isTrue();

            cluster.rescindAll();

            assertThat(explain(context)).contains("has no attribute rack");
            assertThat(Await.until(() -> offersSeen(context) > 2, BOUND)).isTrue();
        }
    }

    private static int offersSeen(CapstanContext context) {
        String text = explain(context);
        int end = text.indexOf(" offers have come");
        return end < 0 ? 0 : Integer.parseInt(text.substring(text.lastIndexOf(' ', end - 1) + 1, end));
    }

    @Test
    void updatesThatAreRepeatedChangeNothing() throws InterruptedException {
        try (CapstanContext context = start(ClusterSpec.agents(2, 2, 2_048))) {
            cluster.repeatUpdates(3);
            awaitExecutors(context);
            assertThat(job(context).get()).isEqualTo(TASKS);
            processes.running().getFirst().destroyForcibly();
            assertThat(Await.until(() -> processes.running().size() == 2, BOUND)).isTrue();
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
        }
    }

    @Test
    void updatesThatComeTenSecondsLateCostNoExecutor() throws InterruptedException {
        try (CapstanContext context = start(ClusterSpec.agents(2, 2, 2_048))) {
            cluster.dropNextUpdates(2);
            awaitExecutors(context);
            List<ProcessHandle> before = processes.running();
            assertThat(job(context).get()).isEqualTo(TASKS);
            assertThat(taskRuns()).as("runs of tasks").isEqualTo(TASKS);
            assertThat(processes.running()).isEqualTo(before);
        }
    }

    @Test
    void aRoleOverItsQuotaIsExplainedAndTheJobWaits() throws InterruptedException {
        var quota = MasterConfig.defaults().toBuilder().quota("small", "cpus", 1).build();
        try (CapstanContext context =
                start(
                        ClusterSpec.agents(2, 2, 2_048).withMaster(quota),
                        "capstan.mesos.role",
                        "small",
                        "capstan.mesos.executor.cores",
                        "2")) {
            JobFuture<Long> job = context.range(10).countAsync();
            assertThat(Await.until(() -> explain(context).contains("quota of role small"), BOUND))
                    .as(explain(context))
                    .isTrue();
            assertThat(job.isDone()).isFalse();
            job.cancel("the test has seen enough");
        }
    }
}
