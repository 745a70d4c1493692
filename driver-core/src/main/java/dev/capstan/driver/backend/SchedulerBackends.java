package dev.capstan.driver.backend;

import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;

/** The backends on the class path. */
public final class SchedulerBackends {
    private SchedulerBackends() {}

    /**
     * @throws IllegalArgumentException when no backend takes the URL, naming those that there are
     */
    public static SchedulerBackendFactory find(MasterUrl url) {
        List<String> forms = new ArrayList<>();
        for (SchedulerBackendFactory factory : ServiceLoader.load(SchedulerBackendFactory.class)) {
            if (factory.accepts(url)) {
                return factory;
            }
            forms.add(factory.forms());
        }
        forms.sort(null);
        throw new IllegalArgumentException(
                "no backend takes the master URL '"
                        + url
                        + "'; known are: "
                        + (forms.isEmpty() ? "none (no backend is on the class path)" : String.join("; ", forms)));
    }
}
