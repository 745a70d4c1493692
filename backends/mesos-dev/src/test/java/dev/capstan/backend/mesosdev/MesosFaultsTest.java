package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.ContextBuilder;
import dev.capstan.driver.Rdd;
import dev.capstan.driver.job.JobFailedException;
import dev.capstan.driver.job.JobFuture;
import dev.capstan.mesos.operator.OperatorClient;
import dev.capstan.testing.Await;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.master.Protos.Call;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What may go wrong with executors on Mesos, with real processes and a real cluster. */
@Tag("process")
@Timeout(150)
class MesosFaultsTest {
    private static final Duration BOUND = Duration.ofSeconds(40);
    private static final OwnProcesses PROCESSES = new OwnProcesses("faults");

    private static Cluster cluster;

    @BeforeAll
    static void find() {
        cluster = Cluster.find(4, 4_096);
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @AfterEach
    void noExecutorIsLeft() {
        assertThat(PROCESSES.haveEnded(BOUND)).as("executors that outlived their program").isTrue();
    }

    private static ContextBuilder builder() {
        return CapstanContext.builder()
                .master(cluster.master())
                .appName(PROCESSES.name())
                .conf("capstan.console.progress", "false")
                .conf("capstan.driver.host", "127.0.0.1")
                .conf("capstan.mesos.executor.memory", "128m")
                .conf("capstan.mesos.cores.max", "2");
    }

    @Test
    void anExecutorThatIsKilledIsReplacedAndTheResultIsRight() {
        try (CapstanContext context = builder().conf("capstan.mesos.executors.min", "2").create()) {
            Rdd<Long> cached = context.range(0, 10_000, 1, 8).map(x -> x * 2).cache();
            assertThat(cached.reduce(Long::sum)).isEqualTo(99_990_000);
            assertThat(Await.until(() -> PROCESSES.running().size() == 2, BOUND)).isTrue();
            ProcessHandle killed = PROCESSES.running().getFirst();
            assertThat(killed.destroyForcibly()).isTrue();
            assertThat(cached.reduce(Long::sum)).isEqualTo(99_990_000);
            assertThat(
                            Await.until(
                                    () -> PROCESSES.running().size() == 2 && !PROCESSES.running().contains(killed),
                                    BOUND))
                    .as("another one has taken its place")
                    .isTrue();
        }
    }

    @Test
    void allExecutorsKilledInTheMiddleOfAJobCostNoResult() throws InterruptedException {
        try (CapstanContext context = builder().create()) {
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
            JobFuture<Long> job =
                    context.range(0, 200, 1, 100)
                            .map(x -> {
                                LockSupport.parkNanos(20_000_000); // long enough to be hit
                                return x;
                            })
                            .countAsync();
            PROCESSES.running().forEach(ProcessHandle::destroyForcibly);
            assertThat(job.get()).isEqualTo(200);
        }
    }

    /** On two agents, most of the time would go by while both are avoided; here, each fails once. */
    @Test
    void executorsThatCannotRunEndTheJobWithTheReason() {
        try (Cluster wide = Cluster.find(10, 1, 1_024);
                CapstanContext context =
                        builder()
                                .master(wide.master())
                                .conf("capstan.mesos.java", "/nowhere/bin/java")
                                .conf("capstan.mesos.executors.min", "5")
                                .conf("capstan.mesos.cores.max", "5")
                                .create()) {
            assertThatThrownBy(() -> context.range(10).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("executors do not come up on this cluster")
                    .hasMessageContaining(
                            "there is no JDK 25 on the agent where capstan.mesos.java names its java command");
        }
    }

    @Test
    void aUriThatCannotBeFetchedIsNamed() throws InterruptedException {
        try (CapstanContext context = builder().conf("capstan.mesos.uris", "http://127.0.0.1:1/a.tgz").create()) {
            JobFuture<Long> job = context.range(10).countAsync();
            awaitExplanation(context, "it was to fetch http://127.0.0.1:1/a.tgz, Capstan's own files from 127.0.0.1:");
            job.cancel("the test has seen enough");
        }
    }

    @Test
    void anExecutorThatFitsNoAgentIsExplained() throws InterruptedException {
        try (CapstanContext context = builder().conf("capstan.mesos.executor.memory", "900g").create()) {
            JobFuture<Long> job = context.range(10).countAsync();
            awaitExplanation(context, "offers have come since one was asked for");
            assertThat(context.explain()).contains(" mem, ");
            job.cancel("the test has seen enough");
        }
    }

    private static void awaitExplanation(CapstanContext context, String part) throws InterruptedException {
        boolean came =
                Await.until(
                        () -> {
                            try {
                                return context.explain().contains(part);
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        },
                        BOUND);
        assertThat(came).as(context.explain()).isTrue();
    }

    @Test
    void aConstraintThatNoAgentMeetsIsNamed() throws InterruptedException {
        try (CapstanContext context = builder().conf("capstan.mesos.constraints", "rack = r9").create()) {
            JobFuture<Long> job = context.range(10).countAsync();
            awaitExplanation(context, "has no attribute rack");
            job.cancel("the test has seen enough");
        }
    }

    @Test
    void aFrameworkThatAnOperatorTearsDownEndsItsJobsWithTheReason() throws InterruptedException, IOException {
        try (CapstanContext context = builder().create()) {
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
            JobFuture<Long> job =
                    context.range(0, 10_000, 1, 10_000)
                            .map(x -> {
                                LockSupport.parkNanos(100_000_000);
                                return x;
                            })
                            .countAsync();

            try (OperatorClient operator = cluster.operator()) {
                operator.tearDown(frameworkId(context));
            }

            assertThatThrownBy(job::get).hasMessageContaining("the master has removed this framework");
        }
    }

    private static String frameworkId(CapstanContext context) throws InterruptedException {
        Matcher found = Pattern.compile("framework (\\S+) at the Mesos master").matcher(context.explain());
        assertThat(found.find()).as(context.explain()).isTrue();
        return found.group(1);
    }

    @Test
    void anAgentThatIsToBeEmptiedLosesItsExecutorToAnother() throws InterruptedException, IOException {
        try (CapstanContext context = builder().conf("capstan.mesos.cores.max", "1").create();
                OperatorClient operator = cluster.operator()) {
            assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
            ProcessHandle leaving = PROCESSES.running().getFirst();
            AgentID agent = agentOf(frameworkId(context), operator);

            operator.drainAgent(agent.getValue(), Duration.ofSeconds(5), false);

            try {
                assertThat(Await.until(() -> !leaving.isAlive(), BOUND)).isTrue();
                assertThat(context.range(0, 100, 1, 4).count()).isEqualTo(100);
                assertThat(agentOf(frameworkId(context), operator)).isNotEqualTo(agent);
            } finally {
                operator.reactivateAgent(agent.getValue());
            }
        }
    }

    private static AgentID agentOf(String framework, OperatorClient operator) throws InterruptedException, IOException {
        return operator.get(Call.Type.GET_TASKS).getGetTasks().getTasksList().stream()
                .filter(task -> task.getFrameworkId().getValue().equals(framework))
                .filter(task -> task.getState() == TaskState.TASK_RUNNING)
                .findFirst()
                .orElseThrow()
                .getAgentId();
    }

    @Test
    void whoFindsEverythingTakenWaitsAndSaysSoUntilItIsGivenBack() throws InterruptedException {
        JobFuture<Long> job;
        CapstanContext modest = null;
        try {
            try (CapstanContext greedy =
                    builder()
                            .conf("capstan.mesos.executor.cores", "4")
                            .conf("capstan.mesos.executors.min", "2")
                            .conf("capstan.mesos.cores.max", "8")
                            .create()) {
                assertThat(Await.until(() -> PROCESSES.running().size() == 2, BOUND)).isTrue();
                assertThat(greedy.range(0, 100, 1, 4).count()).isEqualTo(100);
                modest = builder().create();
                job = modest.range(0, 100, 1, 4).countAsync();
                awaitExplanation(modest, "has 0 that run or start");
                assertThat(job.isDone()).isFalse();
            }
            assertThat(job.get()).isEqualTo(100);
        } finally {
            if (modest != null) {
                modest.close();
            }
        }
    }

    @Test
    void aMasterThatIsNotThereIsNamedWithinTheTimeGiven() {
        try (CapstanContext context =
                builder().master("mesos://127.0.0.1:1").conf("capstan.mesos.connectTimeout", "2s").create()) {
            assertThatThrownBy(() -> context.range(10).count())
                    .isInstanceOf(JobFailedException.class)
                    .hasMessageContaining("within 2 s")
                    .hasMessageContaining("127.0.0.1:1: nothing listens there");
        }
    }
}
