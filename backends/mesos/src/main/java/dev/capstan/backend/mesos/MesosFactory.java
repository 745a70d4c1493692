package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.SchedulerBackendFactory;
import dev.capstan.mesos.master.MasterPlace;

/** Makes {@link MesosBackend}s. */
public final class MesosFactory implements SchedulerBackendFactory {
    @Override
    public boolean accepts(MasterUrl url) {
        return MesosUrl.isMesos(url);
    }

    @Override
    public String forms() {
        return MesosUrl.FORMS;
    }

    @Override
    public void check(MasterUrl url) {
        MesosUrl.check(url);
    }

    @Override
    public SchedulerBackend create(MasterUrl url, BackendEnvironment environment) {
        MasterPlace place = MesosUrl.parse(url, environment.settings().get(MesosKeys.MASTER.name()));
        return new MesosBackend(place, MesosSettings.from(environment.settings()), environment, false);
    }

    /** A backend for a cluster whose agents are all on this machine, and need not fetch what lies here. */
    public static SchedulerBackend onThisMachine(MasterPlace place, BackendEnvironment environment) {
        return new MesosBackend(place, MesosSettings.from(environment.settings()), environment, true);
    }
}
