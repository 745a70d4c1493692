package dev.capstan.simulation;

import dev.capstan.driver.backend.Lease;
import dev.capstan.engine.broadcast.ExecutorBroadcasts;
import dev.capstan.engine.broadcast.PieceSource;
import dev.capstan.engine.broadcast.SharedValues;
import dev.capstan.engine.disk.Codec;
import dev.capstan.engine.disk.LocalDirectories;
import dev.capstan.engine.execution.TaskRunner;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.memory.MemoryBudget;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.engine.shuffle.InProcessFetcher;
import dev.capstan.engine.shuffle.LocalShuffleStore;
import dev.capstan.engine.shuffle.ShuffleStore;
import dev.capstan.engine.spill.Spills;
import dev.capstan.engine.storage.BlockStore;
import dev.capstan.engine.storage.Elsewhere;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.storage.LocalBlockStore;
import dev.capstan.engine.task.BarrierGate;
import dev.capstan.engine.task.TaskEnvironment;
import dev.capstan.executor.logic.Executor;
import dev.capstan.executor.logic.ExecutorConfig;
import dev.capstan.executor.logic.ExecutorSignal;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.Serializer;
import dev.capstan.testing.Simulation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** One life of an executor on a node of its own: the real actor, real stores, a pool in virtual time. */
final class SimulatedExecutor {
    private static final Duration AT_ONCE = Duration.ZERO;

    /** More than the programs of all seeds need: the simulation tries messages, not memory. */
    private static final long MEMORY_BYTES = 1L << 30;

    /** Where nothing can be made, so that a program that would need a disk fails. */
    private static final LocalDirectories NO_DISK = new LocalDirectories(List.of(Path.of("/dev/null")));

    private final Simulation simulation;
    private final Lease lease;
    private final Address address;
    private final BlockStore blocks;
    private final ShuffleStore shuffles;
    private final ExecutorBroadcasts broadcasts;
    private final SimulatedPool pool;
    private final Executor actor;
    private boolean alive = true;

    /**
     * @param stores the stores of the executors that live, to read map outputs from
     * @param elsewhere what other executors keep
     * @param pieces of the driver's broadcast values
     */
    SimulatedExecutor(
            Simulation simulation,
            Faults faults,
            Mutant mutant,
            Lease lease,
            Address driver,
            Function<ExecutorId, Optional<ShuffleStore>> stores,
            Elsewhere elsewhere,
            PieceSource pieces) {
        this.simulation = simulation;
        this.lease = lease;
        this.address = new Address(lease.executor().name(), "executor");
        Serializer serializer = new CompactSerializer();
        ClassLoader loader = SimulatedExecutor.class.getClassLoader();
        var memory = new MemoryBudget(MEMORY_BYTES, 0.5);
        this.blocks =
                new LocalBlockStore(serializer, loader, memory, memory, NO_DISK, Codec.NONE, new News(), elsewhere);
        this.shuffles = new LocalShuffleStore(serializer, memory, NO_DISK, Codec.NONE);
        this.broadcasts = new ExecutorBroadcasts(blocks, serializer, loader, SharedValues.NONE, pieces);
        var environment =
                new TaskEnvironment(
                        serializer,
                        loader,
                        memory,
                        blocks,
                        shuffles,
                        new InProcessFetcher(stores),
                        Pipelines.without(),
                        new Spills(serializer, loader, NO_DISK, Codec.NONE),
                        broadcasts,
                        BarrierGate.CLOSED,
                        faults.inlineResultBytes(),
                        simulation::nowNanos);
        this.pool = new SimulatedPool(simulation, faults, mutant, this, new TaskRunner(environment));
        this.actor =
                new Executor(
                        lease.executor(),
                        lease.id(),
                        lease.host(),
                        lease.resources(),
                        address,
                        driver,
                        ExecutorConfig.defaults());
    }

    void start() {
        simulation.host(address, actor, pool);
        simulation.tell(address, new ExecutorSignal.Start(), AT_ONCE);
    }

    /** Gone, with all it held. */
    void crash() {
        alive = false;
        simulation.crash(address.node());
    }

    boolean alive() {
        return alive;
    }

    Lease lease() {
        return lease;
    }

    String node() {
        return address.node();
    }

    Resources resources() {
        return lease.resources();
    }

    BlockStore blocks() {
        return blocks;
    }

    ShuffleStore shuffles() {
        return shuffles;
    }

    ExecutorBroadcasts broadcasts() {
        return broadcasts;
    }

    SimulatedPool pool() {
        return pool;
    }

    Executor.View view() {
        return actor.view();
    }

    private final class News implements BlockStore.Listener {
        @Override
        public void kept(KeptBlock block) {
            simulation.tell(address, new ExecutorSignal.BlocksChanged(List.of(block), List.of()), AT_ONCE);
        }

        @Override
        public void removed(BlockId block) {
            simulation.tell(address, new ExecutorSignal.BlocksChanged(List.of(), List.of(block)), AT_ONCE);
        }
    }
}
