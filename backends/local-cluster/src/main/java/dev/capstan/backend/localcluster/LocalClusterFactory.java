package dev.capstan.backend.localcluster;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackend;
import dev.capstan.driver.backend.SchedulerBackendFactory;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.executor.ExecutorSettings;
import dev.capstan.kernel.config.ConfigException;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Function;

/** Makes {@link LocalClusterBackend}s. */
public final class LocalClusterFactory implements SchedulerBackendFactory {
    @Override
    public boolean accepts(MasterUrl url) {
        return LocalClusterUrl.FORM.isMeantBy(url);
    }

    @Override
    public String forms() {
        return LocalClusterUrl.FORM.usage();
    }

    @Override
    public void check(MasterUrl url) {
        LocalClusterUrl unused = LocalClusterUrl.parse(url);
    }

    /** What executors on this machine cannot use the driver cannot use either, and it can say so at once. */
    @Override
    public void checkSettings(Function<String, String> settings) {
        try {
            Path unused = LocalDirectories.firstUsable(ExecutorSettings.localDirectories(settings));
        } catch (IOException e) {
            throw new ConfigException("capstan.local.dirs: " + e.getMessage() + "; name a directory to write to");
        }
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
