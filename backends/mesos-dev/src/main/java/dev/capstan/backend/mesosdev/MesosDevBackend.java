package dev.capstan.backend.mesosdev;

import dev.capstan.backend.mesos.MesosFactory;
import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;
import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.mesos.master.MasterPlace;

import java.util.Map;

/**
 * The backend for Mesos, and a Mesos cluster for it that lives as long. Each agent gets one executor, which takes all
 * that the agent offers; settings of executors that say otherwise do not count here.
 */
final class MesosDevBackend implements SchedulerBackend {
    private final MesosDevCluster cluster;
    private final SchedulerBackend backend;

    MesosDevBackend(MesosDevUrl url, BackendEnvironment environment) {
        this.cluster = MesosDevCluster.start(ClusterSpec.agents(url.agents(), url.cpus(), url.memoryMegabytes()));
        try {
            this.backend =
                    MesosFactory.onThisMachine(
                            MasterPlace.parse(cluster.masterAddress()),
                            environment.with(fitting(url, environment.settings())));
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    private static BackendEnvironment.Settings fitting(MesosDevUrl url, BackendEnvironment.Settings settings) {
        int heap = url.memoryMegabytes() - MesosDevUrl.OVERHEAD_MEGABYTES;
        Map<String, String> own =
                Map.of(
                        "capstan.mesos.executor.cores",
                        Integer.toString(url.cpus()),
                        "capstan.mesos.executor.memory",
                        heap + "m",
                        "capstan.mesos.executor.memoryOverhead",
                        MesosDevUrl.OVERHEAD_MEGABYTES + "m",
                        "capstan.mesos.cores.max",
                        Integer.toString(url.agents() * url.cpus()),
                        "capstan.mesos.executors.min",
                        Integer.toString(url.agents()),
                        "capstan.mesos.executors.perAgent",
                        "1",
                        "capstan.mesos.role",
                        "*",
                        "capstan.mesos.principal",
                        "",
                        "capstan.mesos.tls",
                        "false",
                        "capstan.mesos.java",
                        System.getProperty("java.home") + "/bin/java");
        return key -> {
            String value = own.get(key);
            return value != null ? value : settings.get(key);
        };
    }

    @Override
    public Actor<BackendMessage> logic() {
        return backend.logic();
    }

    @Override
    public Operations operations() {
        return backend.operations();
    }

    @Override
    public int defaultParallelism() {
        return backend.defaultParallelism();
    }

    @Override
    public void awaitLastWords() throws InterruptedException {
        backend.awaitLastWords();
    }

    /** The program first, then the cluster that it runs on. */
    @Override
    public void close() {
        backend.close();
        cluster.close();
    }
}
