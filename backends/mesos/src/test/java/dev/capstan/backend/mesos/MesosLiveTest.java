package dev.capstan.backend.mesos;

import dev.capstan.backend.contract.LiveBackendContract;
import dev.capstan.driver.ContextBuilder;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

@EnabledIfSystemProperty(named = "capstan.mesos.master", matches = ".+")
class MesosLiveTest extends LiveBackendContract {
    @Override
    protected String master() {
        return "mesos";
    }

    @Override
    protected ContextBuilder configure(ContextBuilder builder) {
        return builder.conf("capstan.mesos.executor.memory", "256m")
                .conf("capstan.mesos.executors.min", "2")
                .conf("capstan.mesos.cores.max", "2")
                .conf("capstan.driver.host", "127.0.0.1");
    }
}
