package dev.capstan.backend.local;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.SchedulerBackendFactory;

/** Makes {@link LocalBackend}s. */
public final class LocalBackendFactory implements SchedulerBackendFactory {
    @Override
    public boolean accepts(MasterUrl url) {
        return LocalUrl.isLocal(url);
    }

    @Override
    public String forms() {
        return LocalUrl.FORMS;
    }

    @Override
    public void check(MasterUrl url) {
        parse(url);
    }

    @Override
    public boolean sharesProcess() {
        return true;
    }

    @Override
    public boolean sharesMachine() {
        return true;
    }

    @Override
    public SchedulerBackend create(MasterUrl url, BackendEnvironment environment) {
        return new LocalBackend(parse(url), environment);
    }

    private static LocalUrl parse(MasterUrl url) {
        return LocalUrl.parse(url, Runtime.getRuntime().availableProcessors());
    }
}
