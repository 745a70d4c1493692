package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;

import dev.capstan.driver.backend.Finding;
import dev.capstan.driver.backend.Finding.Verdict;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.kernel.config.Config;
import dev.capstan.kernel.config.ConfigTable;

import org.apache.mesos.v1.Protos.DrainConfig;
import org.apache.mesos.v1.Protos.DrainInfo;
import org.apache.mesos.v1.Protos.DrainState;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Role;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.master.Protos.Response.GetAgents.Agent;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

@Tag("live")
@Timeout(60)
class MesosExaminationTest {
    private FakeCluster cluster;
    private ServerSocket agentDoor;

    @BeforeEach
    void open() throws IOException {
        cluster = new FakeCluster();
        agentDoor = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
    }

    @AfterEach
    void close() throws IOException {
        cluster.close();
        agentDoor.close();
    }

    @Test
    void aClusterThatHasWhatIsNeededIsFineAndTheTrialIsTornDown() throws InterruptedException {
        cluster.agents.add(agent("a1", 4, 4_096).build());
        List<Finding> findings = examine("capstan.mesos.role=dev");
        assertThat(findings).extracting(Finding::verdict).containsOnly(Verdict.OK);
        assertThat(findings)
                .extracting(Finding::subject)
                .containsExactly(
                        "master " + cluster.url().substring("mesos://".length()),
                        "version",
                        "capabilities",
                        "framework",
                        "quota",
                        "agents",
                        "constraints",
                        "executor size",
                        "way there",
                        "way back");
        Call subscribe = cluster.schedulerCalls.take();
        assertThat(subscribe.getSubscribe().getSuppressedRolesList()).containsExactly("dev");
        assertThat(subscribe.getSubscribe().getFrameworkInfo().getFailoverTimeout()).isZero();
        Call tearDown = cluster.schedulerCalls.take();
        assertThat(tearDown.getType()).isEqualTo(Call.Type.TEARDOWN);
        assertThat(tearDown.getFrameworkId().getValue()).isEqualTo("f-1");
    }

    @Test
    void aRoleThatIsNotAllowedIsToldInTheMastersWords() throws InterruptedException {
        cluster.error = "Role 'dev' is not present in the master's --roles";
        Finding finding = only("framework", examine("capstan.mesos.role=dev"));
        assertThat(finding.verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(finding.detail()).contains("the role dev, ", "Role 'dev' is not present");
        assertThat(finding.hint()).contains("capstan.mesos.role");
    }

    @Test
    void aMasterThatIsTooOldIsNamedWithTheVersionThatWouldDo() throws InterruptedException {
        cluster.master.setVersion("1.4.3").clearCapabilities();
        List<Finding> findings = examine();
        assertThat(only("version", findings))
                .isEqualTo(
                        Finding.failure(
                                "version",
                                "the master is of Mesos 1.4.3",
                                "masters and agents of 1.5 or later are needed"));
        assertThat(only("capabilities", findings).verdict()).isEqualTo(Verdict.WARNING);
    }

    @Test
    void aCapabilityThatIsNewerThanOurClassesIsNotNamed() throws InterruptedException {
        cluster.master.addCapabilities(MasterInfo.Capability.newBuilder().setType(MasterInfo.Capability.Type.UNKNOWN));
        assertThat(only("capabilities", examine()).detail()).isEqualTo("agent_draining");
    }

    @Test
    void noAgentAndNoneThatTakesTasksAreToldApart() throws InterruptedException {
        assertThat(only("agents", examine()).detail()).isEqualTo("none has registered with the master");
        cluster.agents.add(agent("a1", 4, 4_096).setActive(false).build());
        cluster.agents.add(agent("a2", 4, 4_096).setDeactivated(true).build());
        cluster.agents.add(
                agent("a3", 4, 4_096)
                        .setDrainInfo(
                                DrainInfo.newBuilder()
                                        .setState(DrainState.DRAINING)
                                        .setConfig(DrainConfig.getDefaultInstance()))
                        .build());
        assertThat(only("agents", examine()).detail()).startsWith("none of 3 takes tasks");
    }

    @Test
    void anExecutorThatFitsNoAgentIsComparedWithTheLargest() throws InterruptedException {
        cluster.agents.add(agent("a1", 4, 1_024).build());
        cluster.agents.add(agent("a2", 2, 2_048).build());
        Finding finding = only("executor size", examine("capstan.mesos.executor.memory=4g"));
        assertThat(finding.verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(finding.detail())
                .isEqualTo("an executor needs 1 cpus, 6144 mem, 1 port; the largest agent has 4 cpus, 2048 mem");
    }

    @Test
    void whatIsReservedForOthersDoesNotCountAndWhatIsTakenIsTold() throws InterruptedException {
        Resource reserved =
                FakeCluster.scalar("mem", 8_192).toBuilder()
                        .addReservations(Resource.ReservationInfo.newBuilder().setRole("others"))
                        .build();
        cluster.agents.add(agent("a1", 4, 512).addTotalResources(reserved).build());
        assertThat(only("executor size", examine()).verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(only("executor size", examine("capstan.mesos.role=others/team")).verdict()).isEqualTo(Verdict.OK);

        cluster.agents.add(agent("a2", 4, 4_096).addAllocatedResources(FakeCluster.scalar("cpus", 4)).build());
        Finding taken = only("executor size", examine());
        assertThat(taken.verdict()).isEqualTo(Verdict.WARNING);
        assertThat(taken.detail()).contains("1 of 2 agents are large enough", "none has that free now");
    }

    @Test
    void constraintsThatNoAgentMeetsAreCounted() throws InterruptedException {
        cluster.agents.add(agent("a1", 4, 4_096).build());
        cluster.agents.add(agent("a2", 4, 4_096).build());
        assertThat(only("constraints", examine("capstan.mesos.constraints=rack exists")))
                .isEqualTo(
                        Finding.failure(
                                "constraints",
                                "no agent meets them: the agent has no attribute rack (2×)",
                                "capstan.mesos.constraints has them"));
        assertThat(only("constraints", examine("capstan.mesos.constraints=hostname = a1")).detail())
                .startsWith("1 of 2 agents meet them; the others: ");
    }

    @Test
    void whatIsLeftOfAQuotaCountsForTheRoleAndThoseAbove() throws InterruptedException {
        cluster.agents.add(agent("a1", 4, 4_096).build());
        cluster.quotas.add(
                QuotaConfig.newBuilder()
                        .setRole("dev")
                        .putLimits("cpus", Value.Scalar.newBuilder().setValue(4).build())
                        .build());
        cluster.roles.add(
                Role.newBuilder().setName("dev/x").setWeight(1).addResources(FakeCluster.scalar("cpus", 2.5)).build());
        assertThat(only("quota", examine("capstan.mesos.role=dev/team")))
                .isEqualTo(Finding.ok("quota", "1.5 of 4 cpus are left to the role dev"));
        Finding exceeded = only("quota", examine("capstan.mesos.role=dev", "capstan.mesos.executor.cores=2"));
        assertThat(exceeded.verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(exceeded.detail()).contains("1.5 of 4 cpus are left", "an executor needs 2 cpus");
        assertThat(only("quota", examine("capstan.mesos.role=other")).detail()).isEqualTo("the role other has none");
    }

    @Test
    void aDriverAtLoopbackIsOutOfReachOfAgentsElsewhere() throws InterruptedException {
        // an address kept for documents: nobody is there
        cluster.agents.add(FakeCluster.agent("a1", "192.0.2.1:5051", 4, 4_096).build());
        List<Finding> findings = examine();
        assertThat(only("way there", findings).verdict()).isEqualTo(Verdict.WARNING);
        assertThat(only("way there", findings).detail()).contains("192.0.2.1:5051: ");
        assertThat(only("way back", findings).verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(only("way back", findings).detail()).contains("127.0.0.1", "which is the agent itself");
    }

    @Test
    void anAddressThatIsNotOfThisMachineIsNoPlaceForADriver() throws InterruptedException {
        cluster.agents.add(agent("a1", 4, 4_096).build());
        Finding finding = only("way back", examine("capstan.driver.host=192.0.2.7"));
        assertThat(finding.verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(finding.detail()).startsWith("the driver cannot listen at 192.0.2.7 at any free port: ");
    }

    @Test
    void aLeaderThatCannotBeReachedByTheNameThatItAnnouncesIsNamed() throws InterruptedException {
        cluster.leader = "nowhere.invalid:5050";
        List<Finding> findings = examine();
        assertThat(findings).hasSize(1);
        assertThat(findings.getFirst().verdict()).isEqualTo(Verdict.UNREACHABLE);
        assertThat(findings.getFirst().detail())
                .contains("nowhere.invalid:5050: this host is not known", "sent there by");
        assertThat(findings.getFirst().hint()).contains("--hostname");
    }

    @Test
    void anotherServerThanAMasterIsToldFromNobody() throws IOException, InterruptedException {
        HttpServer page = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        page.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        exchange.sendResponseHeaders(404, -1);
                    }
                });
        page.start();
        try {
            List<Finding> findings = examineAt("mesos://127.0.0.1:" + page.getAddress().getPort());
            assertThat(findings).extracting(Finding::verdict).containsExactly(Verdict.UNREACHABLE);
            assertThat(findings.getFirst().detail()).contains("not as a Mesos master");
            assertThat(findings.getFirst().hint()).contains("5050");
        } finally {
            page.stop(0);
        }
    }

    @Test
    void aMasterThatIsMissingIsAWarningWhileAnotherOneAnswers() throws InterruptedException {
        cluster.agents.add(agent("a1", 4, 4_096).build());
        List<Finding> findings = examineAt(cluster.url() + ",127.0.0.1:1");
        assertThat(only("master 127.0.0.1:1", findings).verdict()).isEqualTo(Verdict.WARNING);
        assertThat(examineAt("mesos://127.0.0.1:1")).extracting(Finding::verdict).containsExactly(Verdict.UNREACHABLE);
    }

    private Agent.Builder agent(String id, double cpus, double megabytes) {
        return FakeCluster.agent(id, "127.0.0.1:" + agentDoor.getLocalPort(), cpus, megabytes);
    }

    private List<Finding> examine(String... settings) throws InterruptedException {
        return examineAt(cluster.url(), settings);
    }

    private static List<Finding> examineAt(String url, String... settings) throws InterruptedException {
        List<String> all = new ArrayList<>(List.of("capstan.driver.host=127.0.0.1"));
        all.addAll(Arrays.asList(settings));
        Config config = Config.builder(ConfigTable.load()).commandLine(all).build();
        List<Finding> findings = new ArrayList<>();
        new MesosFactory().examine(new MasterUrl(url), config::text, findings::add);
        return findings;
    }

    private static Finding only(String subject, List<Finding> findings) {
        List<Finding> found = findings.stream().filter(each -> each.subject().equals(subject)).toList();
        assertThat(found).as("%s", findings).hasSize(1);
        return found.getFirst();
    }
}
