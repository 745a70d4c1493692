package dev.capstan.devcluster.mesos.process;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.ContainerOperation;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.kernel.actor.Operations;

import org.apache.mesos.v1.Protos.ContainerID;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The containers of one agent: each a directory, and a process in it. They outlive the agent, and not this process. */
public final class Containers implements Operations, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Containers.class.getName());
    private static final long CLOSE_SECONDS = 10;

    /** One container from its start on. */
    private static final class Container {
        private @Nullable ContainerProcess process;
        private boolean isDestroyed;
        private final CountDownLatch ended = new CountDownLatch(1);

        /** False if it is to end before it has begun. */
        synchronized boolean runs(ContainerProcess started) {
            process = started;
            return !isDestroyed;
        }

        synchronized boolean isDestroyed() {
            return isDestroyed;
        }

        synchronized void signal(String name) {
            if (process != null) {
                process.signal(name);
            }
        }

        synchronized void destroy() {
            isDestroyed = true;
            signal("KILL");
        }
    }

    private final Map<ContainerID, Container> containers = new ConcurrentHashMap<>();
    private final Duration startsAfter;
    private volatile Consumer<Message> whenRecovered = _ -> {};

    /**
     * @param startsAfter what a container takes to start at least, as it does with a real agent
     */
    public Containers(Duration startsAfter) {
        this.startsAfter = startsAfter;
    }

    /** What containers of an agent that has ended tell goes to the one that took its place. */
    public void recover(Consumer<Message> successor) {
        whenRecovered = successor;
    }

    @Override
    public void perform(Operation operation, Consumer<Message> reply) {
        switch ((ContainerOperation) operation) {
            case ContainerOperation.Start start -> {
                whenRecovered = reply;
                var container = new Container();
                containers.put(start.container(), container);
                Thread.ofVirtual().name("container-" + start.container().getValue()).start(() -> run(start, container));
            }
            case ContainerOperation.MakeVolume(var directory) -> Volumes.make(Path.of(directory));
            case ContainerOperation.RemoveVolume(var directory) -> Volumes.remove(Path.of(directory));
            case ContainerOperation.LinkVolume(var path, var volume) -> Volumes.link(Path.of(path), Path.of(volume));
            case ContainerOperation.Terminate(var id) -> {
                Container container = containers.get(id);
                if (container != null) {
                    container.signal("TERM");
                }
            }
            case ContainerOperation.Destroy(var id) -> {
                Container container = containers.get(id);
                if (container != null) {
                    container.destroy();
                }
            }
        }
    }

    private void run(ContainerOperation.Start start, Container container) {
        ContainerID id = start.container();
        try {
            Path directory = Files.createDirectories(Path.of(start.directory()));
            Thread.sleep(startsAfter);
            try {
                Fetcher.fetch(start.command().getUrisList(), directory);
            } catch (IOException | IllegalArgumentException e) {
                LOG.log(System.Logger.Level.INFO, "container {0}: {1}", id.getValue(), e.toString());
                Files.writeString(directory.resolve("stderr"), "Failed to fetch: " + e + "\n");
                tell(
                        new AgentMessage.ContainerFailed(
                                id,
                                "Failed to fetch all URIs for container '"
                                        + id.getValue()
                                        + "': exited with status 1"));
                return;
            }
            if (container.isDestroyed()) {
                tell(new AgentMessage.ContainerExited(id, 9));
                return;
            }
            ContainerProcess process = ContainerProcess.start(directory, start.command(), start.environment());
            if (!container.runs(process)) {
                container.destroy();
            }
            int status = process.await(pid -> tell(new AgentMessage.ContainerStarted(id, pid)));
            tell(new AgentMessage.ContainerExited(id, status));
        } catch (IOException | NumberFormatException e) {
            LOG.log(System.Logger.Level.WARNING, "container " + id.getValue() + " could not be run", e);
            tell(new AgentMessage.ContainerFailed(id, String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            containers.remove(id);
            container.ended.countDown();
        }
    }

    private void tell(AgentMessage message) {
        whenRecovered.accept(message);
    }

    /** Ends all containers; returns when they have ended, within a bound. */
    @Override
    public void close() {
        var left = Map.copyOf(containers);
        left.values().forEach(Container::destroy);
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLOSE_SECONDS);
        try {
            for (Container each : left.values()) {
                if (!each.ended.await(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    LOG.log(System.Logger.Level.WARNING, "a container has not ended within {0} s", CLOSE_SECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
