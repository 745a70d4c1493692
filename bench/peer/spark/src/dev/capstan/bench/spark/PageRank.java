package dev.capstan.bench.spark;

import com.google.common.collect.Iterables;

import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Graph;
import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.Stopwatch;

import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;

import scala.Tuple2;

import java.util.ArrayList;
import java.util.List;

/** The twin of Capstan's program of this name. */
final class PageRank {
    private PageRank() {}

    static Program prepare(JavaSparkContext context, Setting setting) {
        int vertices = setting.scaled(Graph.VERTICES);
        int edges = setting.scaled(Graph.EDGES);
        int partitions = setting.partitions();
        return () -> {
            Stopwatch watch = Stopwatch.started();
            JavaPairRDD<Integer, Iterable<Integer>> links =
                    Numbers.range(context, edges, partitions)
                            .mapToPair(edge -> new Tuple2<>(Graph.source(edge, vertices), Graph.target(edge, vertices)))
                            .groupByKey()
                            .cache();
            JavaPairRDD<Integer, Double> ranks = links.mapValues(any -> 1.0);
            for (int round = 0; round < Graph.ROUNDS; round++) {
                ranks =
                        links.join(ranks)
                                .values()
                                .flatMapToPair(page -> shares(page._1(), page._2()).iterator())
                                .reduceByKey(Double::sum)
                                .mapValues(Graph::rank);
            }
            double sum = ranks.values().reduce(Double::sum);
            double seconds = watch.seconds();
            links.unpersist();
            return Figure.of(seconds, Graph.check(sum));
        };
    }

    private static List<Tuple2<Integer, Double>> shares(Iterable<Integer> targets, double rank) {
        int size = Iterables.size(targets);
        List<Tuple2<Integer, Double>> shares = new ArrayList<>(size);
        for (int target : targets) {
            shares.add(new Tuple2<>(target, rank / size));
        }
        return shares;
    }
}
