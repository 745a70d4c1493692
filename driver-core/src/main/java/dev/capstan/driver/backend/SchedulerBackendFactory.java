package dev.capstan.driver.backend;

import java.util.function.Consumer;
import java.util.function.Function;

/** Makes the backend of a kind of master URL; found by {@link java.util.ServiceLoader}. */
public interface SchedulerBackendFactory {
    /**
     * Whether the URL is of this kind; a malformed URL of this kind is accepted here and refused by {@link #create}.
     */
    boolean accepts(MasterUrl url);

    /** The forms that it takes, for help texts, e.g. {@code local, local[N], local[*], local[N,F]}. */
    String forms();

    /**
     * Looks at a URL that it accepts, without connecting to anything.
     *
     * @throws IllegalArgumentException when the URL is malformed, as {@link #create} does
     */
    default void check(MasterUrl url) {}

    /**
     * Looks whether executors could work with these settings, as far as can be told from here, before anything is
     * started.
     *
     * @param settings the value of a key, as it was written
     * @throws dev.capstan.kernel.config.ConfigException when they could not
     */
    default void checkSettings(Function<String, String> settings) {}

    /**
     * Looks whether a program could run there with these settings, as far as can be told without running one. It may
     * talk to the cluster, for a bounded time, and leaves nothing behind there.
     *
     * @param settings the value of a key, as it was written
     * @param findings told one after the other, in the order in which they help
     */
    default void examine(MasterUrl url, Function<String, String> settings, Consumer<Finding> findings)
            throws InterruptedException {}

    /**
     * Whether all executors live in the driver's process, so that nothing needs a socket, nor objects serializing on
     * the way there.
     */
    default boolean sharesProcess() {
        return false;
    }

    /** Whether all executors live on the driver's machine, so that nobody else has to reach it. */
    default boolean sharesMachine() {
        return false;
    }

    /**
     * @throws IllegalArgumentException when the URL is malformed; says what is wrong with it and what it may look like
     */
    SchedulerBackend create(MasterUrl url, BackendEnvironment environment);
}
