package dev.capstan.backend.localcluster;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.SchedulerBackendFactory;

/** Makes {@link LocalClusterBackend}s. */
public final class LocalClusterFactory implements SchedulerBackendFactory {
    @Override
    public boolean accepts(MasterUrl url) {
        return LocalClusterUrl.isLocalCluster(url);
    }

    @Override
    public String forms() {
        return LocalClusterUrl.FORMS;
    }

    @Override
    public void check(MasterUrl url) {
        LocalClusterUrl unused = LocalClusterUrl.parse(url);
    }

    @Override
    public boolean sharesMachine() {
        return true;
    }

    @Override
    public SchedulerBackend create(MasterUrl url, BackendEnvironment environment) {
        return new LocalClusterBackend(LocalClusterUrl.parse(url), environment);
    }
}
