package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.Finding;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.SchedulerBackendFactory;
import dev.capstan.driver.runtime.DriverKeys;
import dev.capstan.driver.runtime.DriverPlace;
import dev.capstan.kernel.config.ConfigException;
import dev.capstan.mesos.master.MasterPlace;

import java.util.function.Consumer;
import java.util.function.Function;

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

    /** What the program would be refused for once it makes its context can be said before it does anything. */
    @Override
    public void checkSettings(Function<String, String> settings) {
        MesosSettings unused = MesosSettings.from(settings::apply);
        checkPlace(new MasterUrl(settings.apply(DriverKeys.MASTER.name())), settings.apply(MesosKeys.MASTER.name()));
    }

    private static void checkPlace(MasterUrl url, String configured) {
        try {
            MasterPlace unused = MesosUrl.parse(url, configured);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(e.getMessage());
        }
    }

    @Override
    public void examine(MasterUrl url, Function<String, String> settings, Consumer<Finding> findings)
            throws InterruptedException {
        new MesosExamination(
                        MesosUrl.parse(url, settings.apply(MesosKeys.MASTER.name())),
                        MesosSettings.from(settings::apply),
                        DriverPlace.from(settings, false),
                        findings)
                .run();
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
