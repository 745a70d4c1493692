package dev.capstan.driver.backend;

import dev.capstan.engine.broadcast.SharedValues;
import dev.capstan.engine.id.Epoch;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.rpc.Transport;

import org.jspecify.annotations.Nullable;

/**
 * What a driver gives its backend.
 *
 * @param application for people and for names on the cluster
 * @param epoch of the driver
 * @param driver where executors report
 * @param self where the backend's logic is hosted
 * @param transport by which executors within this process reach the driver
 * @param contact by which executors in other processes do; null where there are none
 * @param loop of the driver; executors within this process may share it, which saves two hand-overs per task
 * @param shared broadcast values of the driver, for executors within this process
 * @param settings of the program, for whatever keys the backend knows
 */
public record BackendEnvironment(
        String application,
        Epoch epoch,
        Address driver,
        Address self,
        Transport transport,
        @Nullable DriverContact contact,
        ActorLoop loop,
        SharedValues shared,
        Settings settings) {

    /** The same, with other settings. */
    public BackendEnvironment with(Settings others) {
        return new BackendEnvironment(application, epoch, driver, self, transport, contact, loop, shared, others);
    }

    /** The program's settings as the backend and its executors read them. */
    @FunctionalInterface
    public interface Settings {
        /** The value of a key, its default if it is not set. */
        String get(String key);
    }
}
