package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/**
 * The cluster that tests run on: the one that {@code -Dcapstan.mesos.master} names, for instance of a real Mesos, or
 * else one of their own.
 */
final class Cluster implements AutoCloseable {
    private static final String GIVEN = "capstan.mesos.master";

    private final MesosDevCluster own;
    private final String master;

    private Cluster(String master, MesosDevCluster own) {
        this.master = master;
        this.own = own;
    }

    /** With two agents, each of so many cpus and so much memory, unless one is given. */
    static Cluster find(double cpus, double megabytes) {
        if (!System.getProperty(GIVEN, "").isEmpty()) {
            return new Cluster("mesos", null);
        }
        MesosDevCluster own = MesosDevCluster.start(ClusterSpec.agents(2, cpus, megabytes));
        return new Cluster("mesos://" + own.masterAddress(), own);
    }

    /** The URL of its master. */
    String master() {
        return master;
    }

    /** What an operator does who wants a program to end. */
    void tearDown(String frameworkId) throws InterruptedException {
        String address = own == null ? System.getProperty(GIVEN) : own.masterAddress();
        String call = "{\"type\":\"TEARDOWN\",\"teardown\":{\"framework_id\":{\"value\":\"" + frameworkId + "\"}}}";
        try (HttpClient http = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create("http://" + address + "/api/v1"))
                                    .header("Content-Type", "application/json")
                                    .POST(HttpRequest.BodyPublishers.ofString(call))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        if (own != null) {
            own.close();
        }
    }
}
