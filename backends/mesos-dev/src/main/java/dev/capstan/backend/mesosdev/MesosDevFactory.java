package dev.capstan.backend.mesosdev;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.SchedulerBackendFactory;

/** Makes {@link MesosDevBackend}s. */
public final class MesosDevFactory implements SchedulerBackendFactory {
    @Override
    public boolean accepts(MasterUrl url) {
        return MesosDevUrl.FORM.isMeantBy(url);
    }

    @Override
    public String forms() {
        return MesosDevUrl.FORM.usage();
    }

    @Override
    public void check(MasterUrl url) {
        MesosDevUrl unused = MesosDevUrl.parse(url);
    }

    @Override
    public boolean sharesMachine() {
        return true;
    }

    @Override
    public SchedulerBackend create(MasterUrl url, BackendEnvironment environment) {
        return new MesosDevBackend(MesosDevUrl.parse(url), environment);
    }
}
