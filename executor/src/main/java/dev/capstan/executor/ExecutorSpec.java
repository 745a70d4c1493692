package dev.capstan.executor;

import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.executor.logic.ExecutorConfig;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.SerializationSettings;

import java.time.Duration;

/**
 * What an executor is told when it is started.
 *
 * @param id of this life; also the name of its node on the transport
 * @param lease that it serves
 * @param host where it runs, as the driver knows the host
 * @param resources that its tasks may take
 * @param application that it works for
 * @param epoch of the driver that wants it
 * @param driver the task scheduler
 * @param serialization of data and functions
 * @param loader finds the application's classes
 * @param pipelines makes the sinks of its tasks
 * @param inlineResultBytes results up to this size ride in the outcome
 * @param taskStackBytes stack of the threads that run tasks
 * @param barrierTimeout how long tasks of a barrier stage wait for each other
 * @param stores what it may use to keep data
 */
public record ExecutorSpec(
        ExecutorId id,
        LeaseId lease,
        String host,
        Resources resources,
        String application,
        Epoch epoch,
        Address driver,
        ExecutorConfig config,
        SerializationSettings serialization,
        ClassLoader loader,
        Pipelines pipelines,
        long inlineResultBytes,
        long taskStackBytes,
        Duration barrierTimeout,
        StoreSettings stores) {}
