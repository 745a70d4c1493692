package dev.capstan.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Measures workloads, ours alone or in turns with a peer.
 *
 * <pre>{@code
 * var bench = new Bench(CapstanJvm.side(), Optional.empty(), BenchOptions.defaults(directory));
 * for (Workload workload : Workloads.all()) {
 *     bench.run(workload, 1).lines().forEach(System.out::println);
 * }
 * }</pre>
 */
public final class Bench {
    private final Side ours;
    private final Optional<Side> peer;
    private final BenchOptions options;

    public Bench(Side ours, Optional<Side> peer, BenchOptions options) {
        this.ours = ours;
        this.peer = peer;
        this.options = options;
    }

    /**
     * Measures one workload.
     *
     * @param size how much data; 1 is what the goals speak of
     * @throws BenchException if there is no figure, or the results differ
     */
    public Comparison run(Workload workload, double size) throws InterruptedException {
        List<Side> sides = new ArrayList<>(List.of(ours));
        peer.filter(_ -> workload.hasPeers()).ifPresent(sides::add);
        List<Contender> contenders = new ArrayList<>();
        try {
            for (Side side : sides) {
                contenders.add(contender(side, workload, size));
            }
            return new Contest(workload, size, contenders).run(options.repeats());
        } finally {
            contenders.forEach(Contender::close);
        }
    }

    private Contender contender(Side side, Workload workload, double size) throws InterruptedException {
        return switch (workload.kind()) {
            case PROGRAM -> ProgramContender.start(side, workload, size, options, recording(side, workload));
            case START, CLUSTER_START, IDLE_MEMORY, IDLE_EXECUTOR -> new CountingContender(side, workload, options);
            case JARS, CLASS_PATH -> new ClassPathContender(side, workload.kind());
        };
    }

    private List<String> recording(Side side, Workload workload) {
        return options.profile()
                .filter(_ -> side == ours)
                .map(directory -> directory.resolve(workload.name() + ".jfr"))
                .map(file ->
                        List.of(
                                "-XX:StartFlightRecording=filename=" + file + ",settings=profile,dumponexit=true",
                                "-Xlog:jfr+startup=off"))
                .orElse(List.of());
    }
}
