package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterException;
import dev.capstan.mesos.master.MasterException.Kind;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.operator.OperatorClient;
import dev.capstan.testing.Await;

import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/** The client of operators on a cluster in a box. */
@Tag("live")
@Timeout(60)
class OperatorClientOnAClusterTest {
    private static final ClusterSpec SPEC =
            ClusterSpec.agents(2, 2, 1_024).withAllocationInterval(Duration.ofMillis(50));

    private static OperatorClient client(MesosDevCluster cluster, MasterAccess access) {
        return new OperatorClient(MasterPlace.parse(cluster.masterAddress()), access);
    }

    @Test
    void theStateOfTheClusterIsReadAndAFrameworkIsTornDown() throws IOException, InterruptedException {
        try (var cluster = MesosDevCluster.start(SPEC);
                var client = client(cluster, MasterAccess.OPEN);
                var framework = FrameworkClient.subscribe(cluster.masterAddress(), "")) {
            assertThat(client.get(Call.Type.GET_HEALTH).getGetHealth().getHealthy()).isTrue();
            assertThat(client.get(Call.Type.GET_VERSION).getGetVersion().getVersionInfo().getVersion())
                    .isEqualTo("1.12.0");
            assertThat(client.get(Call.Type.GET_MASTER).getGetMaster().getMasterInfo().getPort()).isPositive();
            assertThat(Await.until(() -> agents(client) == 2, Duration.ofSeconds(10))).isTrue();
            Response.GetState state = client.get(Call.Type.GET_STATE).getGetState();
            assertThat(state.getGetFrameworks().getFrameworksList())
                    .extracting(each -> each.getFrameworkInfo().getId().getValue())
                    .containsExactly(framework.id());
            assertThat(client.get(Call.Type.GET_TASKS).getGetTasks().getTasksList()).isEmpty();
            assertThat(client.get(Call.Type.GET_EXECUTORS).getGetExecutors().getExecutorsList()).isEmpty();
            client.tearDown(framework.id());
            assertThat(client.get(Call.Type.GET_FRAMEWORKS).getGetFrameworks().getFrameworksList()).isEmpty();
            MasterException again = catchThrowableOfType(MasterException.class, () -> client.tearDown(framework.id()));
            assertThat(again.kind()).isEqualTo(Kind.BAD_REQUEST);
        }
    }

    @Test
    void credentialsThatAreWrongAreToldFromThoseThatAreMissing() throws IOException, InterruptedException {
        try (var cluster = MesosDevCluster.start(SPEC.withCredentials(Map.of("me", "secret")));
                var nobody = client(cluster, MasterAccess.OPEN);
                var wrong = client(cluster, new MasterAccess(new MasterAccess.Credential("me", "x"), null));
                var right = client(cluster, new MasterAccess(new MasterAccess.Credential("me", "secret"), null))) {
            assertThat(catchThrowableOfType(MasterException.class, () -> nobody.get(Call.Type.GET_AGENTS)))
                    .hasMessageContaining("asks for credentials")
                    .extracting(MasterException::kind)
                    .isEqualTo(Kind.UNAUTHORIZED);
            assertThat(catchThrowableOfType(MasterException.class, () -> wrong.get(Call.Type.GET_AGENTS)))
                    .hasMessageContaining("does not accept the credentials of me");
            assertThat(right.get(Call.Type.GET_HEALTH).getGetHealth().getHealthy()).isTrue();
        }
    }

    private static int agents(OperatorClient client) {
        try {
            return client.get(Call.Type.GET_AGENTS).getGetAgents().getAgentsCount();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
