package dev.capstan.backend.mesosdev;

import dev.capstan.backend.contract.LiveBackendContract;
import dev.capstan.driver.ContextBuilder;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every backend promises, over a cluster that agents fetch the program's classes from. */
class MesosLiveTest extends LiveBackendContract {
    private static Cluster cluster;

    @BeforeAll
    static void find() {
        cluster = Cluster.find(2, 2_048);
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @Override
    protected String master() {
        return cluster.master();
    }

    @Override
    protected ContextBuilder configure(ContextBuilder builder) {
        return builder.conf("capstan.mesos.executor.memory", "256m")
                .conf("capstan.mesos.executors.min", "2")
                .conf("capstan.mesos.cores.max", "2")
                .conf("capstan.driver.host", "127.0.0.1");
    }
}
