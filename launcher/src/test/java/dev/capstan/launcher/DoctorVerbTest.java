package dev.capstan.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;
import dev.capstan.testing.Await;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;

@Tag("live")
class DoctorVerbTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    @Test
    void thisMachineIsLookedAtLineByLine() {
        Ended ended = run("doctor");
        assertThat(ended.code).as(ended.out).isZero();
        assertThat(ended.err).isEmpty();
        assertThat(ended.out.lines().filter(line -> line.matches("(ok|warning) +.*")))
                .anyMatch(line -> line.matches("ok +java: .* 25.*"))
                .anyMatch(line -> line.matches(".* memory: .* of heap at most, on a machine with .* processors"))
                .anyMatch(line -> line.matches(".* temporary files: .* free"))
                .anyMatch(line -> line.equals("ok         ports: the driver can listen at 127.0.0.1 at any free port"));
    }

    @Test
    void aPortThatIsTakenIsAFailureWithWhatToDo() throws IOException {
        try (var taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            Ended ended = run("doctor", "--conf", "capstan.driver.port=" + taken.getLocalPort());
            assertThat(ended.code).isEqualTo(1);
            assertThat(ended.out)
                    .contains("failure    ports: the driver cannot listen at 127.0.0.1:" + taken.getLocalPort() + ": ")
                    .contains("\n           capstan.driver.host and capstan.driver.port say where it is to\n");
        }
    }

    @Test
    void aClusterThatServesIsFineAndKeepsNothingOfTheLook() {
        try (var cluster = MesosDevCluster.start(ClusterSpec.agents(2, 2, 4_096))) {
            String[] arguments = {
                "doctor", "--master", "mesos://" + cluster.masterAddress(), "--conf", "capstan.driver.host=127.0.0.1"
            };
            assertThat(Await.until(() -> run(arguments).out.contains("2 take tasks"), BOUND))
                    .as(run(arguments).out)
                    .isTrue();
            Ended ended = run(arguments);
            assertThat(ended.code).as(ended.out).isZero();
            assertThat(ended.out)
                    .contains("ok         master " + cluster.masterAddress() + ": answers; the leader is ")
                    .contains("ok         framework: the master takes one with the role *, the user ")
                    .contains("ok         executor size: 2 of 2 agents are large enough for 1 cpus, 1536 mem")
                    .contains(
                            "ok         way back: executors are told to find the driver at 127.0.0.1 at any free port"
                                    + "; all agents are on this machine");
        }
    }

    @Test
    void aMasterThatCannotBeReachedHasItsOwnExitCode() {
        Ended ended = run("doctor", "--master", "mesos://127.0.0.1:1");
        assertThat(ended.code).isEqualTo(3);
        assertThat(ended.out)
                .contains("failure    master 127.0.0.1:1: nothing listens there\n           is the address");
    }

    @Test
    void aClusterThatRefusesIsAFailure() {
        ClusterSpec spec = ClusterSpec.agents(1, 1, 512).withCredentials(Map.of("me", "secret"));
        try (var cluster = MesosDevCluster.start(spec)) {
            Ended ended = run("doctor", "--master", "mesos://" + cluster.masterAddress(), "--json");
            assertThat(ended.code).isEqualTo(1);
            assertThat(ended.out)
                    .startsWith("[{\"verdict\": \"ok\", \"subject\": \"java\", ")
                    .contains("{\"verdict\": \"failure\", \"subject\": \"master " + cluster.masterAddress() + "\", ")
                    .contains("asks for credentials, and none are given\", \"hint\": \"capstan.mesos.principal and ");
        }
    }

    @Test
    void aMasterUrlThatNobodyKnowsIsUsage() {
        assertThat(run("doctor", "--master", "mesos").code).isEqualTo(2);
        assertThat(run("doctor", "--master", "moon://x").code).isEqualTo(2);
    }

    private record Ended(int code, String out, String err) {}

    private static Ended run(String... arguments) {
        var out = new StringWriter();
        var err = new StringWriter();
        int code = Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Ended(code, out.toString(), err.toString());
    }
}
