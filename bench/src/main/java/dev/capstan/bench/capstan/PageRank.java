package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Graph;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;
import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.engine.function.Pair;

import java.util.ArrayList;
import java.util.List;

/**
 * Ranks 200,000 pages with 2,000,000 links in five rounds. Timed is all of it: making the links, grouping and caching
 * them, the rounds, and summing up the ranks.
 */
final class PageRank {
    private PageRank() {}

    static Program prepare(CapstanContext context, Setting setting) {
        int vertices = setting.scaled(Graph.VERTICES);
        int edges = setting.scaled(Graph.EDGES);
        int partitions = setting.partitions();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            PairRdd<Integer, List<Integer>> links =
                    context.range(0, edges, 1, partitions)
                            .mapToPair(edge -> Pair.of(Graph.source(edge, vertices), Graph.target(edge, vertices)))
                            .groupByKey()
                            .cache();
            PairRdd<Integer, Double> ranks = links.mapValues(_ -> 1.0);
            for (int round = 0; round < Graph.ROUNDS; round++) {
                ranks =
                        links.join(ranks)
                                .values()
                                .flatMapToPair(page -> shares(page.key(), page.value()))
                                .reduceByKey(Double::sum)
                                .mapValues(Graph::rank);
            }
            double sum = ranks.values().reduce(Double::sum);
            double seconds = watch.seconds();
            links.unpersist();
            return Figure.of(seconds, Graph.check(sum));
        };
    }

    private static List<Pair<Integer, Double>> shares(List<Integer> targets, double rank) {
        List<Pair<Integer, Double>> shares = new ArrayList<>(targets.size());
        for (int target : targets) {
            shares.add(Pair.of(target, rank / targets.size()));
        }
        return shares;
    }
}
