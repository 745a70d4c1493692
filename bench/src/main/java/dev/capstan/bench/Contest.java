package dev.capstan.bench;

import dev.capstan.bench.side.Figure;

import java.util.ArrayList;
import java.util.List;

/**
 * Lets sides run a workload in turns, so that whatever else the machine does meets all of them alike. Who begins
 * changes from turn to turn. Their results must agree in every run.
 */
final class Contest {
    private final Workload workload;
    private final double size;
    private final List<Contender> sides;
    private final List<List<Figure>> figures = new ArrayList<>();

    Contest(Workload workload, double size, List<Contender> sides) {
        this.workload = workload;
        this.size = size;
        this.sides = sides;
        sides.forEach(_ -> figures.add(new ArrayList<>()));
    }

    /** Warms up, then measures so often. */
    Comparison run(int repeats) throws InterruptedException {
        String check = "";
        String first = "";
        for (int turn = -workload.warmUps(); turn < repeats; turn++) {
            for (int i = 0; i < sides.size(); i++) {
                int side = Math.floorMod(turn + i, sides.size());
                Contender contender = sides.get(side);
                Figure figure = contender.once();
                if (first.isEmpty()) {
                    first = contender.name();
                    check = figure.check();
                }
                refuseOtherResult(first, check, contender.name(), figure.check());
                if (turn >= 0) {
                    figures.get(side).add(figure);
                }
            }
        }
        return comparison();
    }

    private void refuseOtherResult(String first, String expected, String side, String actual) {
        if (!actual.equals(expected)) {
            throw new BenchException(
                    workload.name()
                            + ": the results differ, which is a bug of one of the sides; "
                            + first
                            + " gave: "
                            + expected
                            + "; "
                            + side
                            + " gave: "
                            + actual);
        }
    }

    private Comparison comparison() {
        List<Comparison.SideResult> results = new ArrayList<>();
        for (int i = 0; i < sides.size(); i++) {
            results.add(new Comparison.SideResult(sides.get(i).name(), Result.of(figures.get(i))));
        }
        return new Comparison(workload, size, results);
    }
}
