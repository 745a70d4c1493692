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
        MasterPlace unused = MesosUrl.parse(url);
    }

    @Override
    public SchedulerBackend create(MasterUrl url, BackendEnvironment environment) {
        return new MesosBackend(MesosUrl.parse(url), MesosSettings.from(environment.settings()), environment);
    }
}
