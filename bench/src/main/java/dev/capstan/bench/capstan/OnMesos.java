package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;
import dev.capstan.driver.CapstanContext;

import java.util.Map;

/**
 * The same program on an executor of two cores that Mesos has started, and beside it, as a note, on one of a local
 * cluster: once started they should not differ. The cluster is one in a box, within this process.
 */
final class OnMesos {
    private static final int CORES = 2;
    private static final String HEAP = "1g";

    private OnMesos() {}

    /** Something to measure in a context. */
    @FunctionalInterface
    interface InContext {
        Program prepare(CapstanContext context);
    }

    static Program beside(InContext work) {
        Program onMesos = work.prepare(context(cluster().masterAddress(), HEAP, CORES));
        Program local =
                work.prepare(
                        CapstanContext.builder()
                                .master("local-cluster[1," + CORES + ",1024]")
                                .conf("capstan.console.progress", "false")
                                .create());
        return () -> {
            Figure figure = onMesos.run();
            return new Figure(figure.value(), figure.check(), Map.of("on local-cluster", local.run().value()));
        };
    }

    /** From asking for an executor to the first result that it gives, with all that agents and masters take for it. */
    static Program start() {
        MesosDevCluster cluster = cluster();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            try (CapstanContext context = context(cluster.masterAddress(), "256m", 1)) {
                long count = context.range(0, 1_000, 1, 1).count();
                double millis = watch.millis();
                Expect.equal(1_000, count, "numbers");
                return Figure.of(millis, count);
            }
        };
    }

    /** Lives as long as this process. */
    private static MesosDevCluster cluster() {
        return MesosDevCluster.start(ClusterSpec.agents(1, CORES, 4_096));
    }

    private static CapstanContext context(String master, String heap, int cores) {
        return CapstanContext.builder()
                .master("mesos://" + master)
                .conf("capstan.console.progress", "false")
                .conf("capstan.mesos.cores.max", Integer.toString(cores))
                .conf("capstan.mesos.executor.cores", Integer.toString(cores))
                .conf("capstan.mesos.executor.memory", heap)
                .create();
    }
}
