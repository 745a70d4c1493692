package dev.capstan.examples;

import dev.capstan.driver.CapstanContext;
import dev.capstan.driver.PairRdd;
import dev.capstan.engine.function.Pair;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Ranks pages by the pages that link to them: again and again each page shares its rank among those it links to. */
public final class PageRank {
    private static final double DAMPING = 0.85;
    private static final int LINKS_PER_PAGE = 8;
    private static final int SHOWN = 5;

    private PageRank() {}

    /** Arguments: how many pages and how many rounds, 10,000 and 5 unless given. */
    public static void main(String[] arguments) {
        var given = new Arguments("pagerank [PAGES [ROUNDS]]", arguments, 2);
        int pages = (int) given.number(0, 10_000, 100_000_000);
        int rounds = (int) given.number(1, 5, 1_000);
        try (var capstan = CapstanContext.create()) {
            // Cached, as each round reads them; grouped by page, so that no round has to shuffle them again.
            PairRdd<Integer, List<Integer>> links =
                    capstan.range(pages).flatMapToPair(page -> linksOf(page.intValue(), pages)).groupByKey().cache();
            PairRdd<Integer, Double> ranks = links.mapValues(_ -> 1.0);
            for (int round = 0; round < rounds; round++) {
                ranks =
                        links.join(ranks)
                                .values()
                                .flatMapToPair(page -> shares(page.key(), page.value()))
                                .reduceByKey(Double::sum)
                                .mapValues(sum -> 1 - DAMPING + DAMPING * sum);
            }
            ranks.mapToPair(page -> Pair.of(page.value(), page.key()))
                    .sortByKey(false)
                    .take(SHOWN)
                    .forEach(page -> System.out.println("page " + page.value() + " has rank " + page.key()));
        }
    }

    private static List<Pair<Integer, Double>> shares(List<Integer> targets, double rank) {
        List<Pair<Integer, Double>> shares = new ArrayList<>();
        targets.forEach(target -> shares.add(Pair.of(target, rank / targets.size())));
        return shares;
    }

    /** Pages with small numbers are liked best. */
    private static List<Pair<Integer, Integer>> linksOf(int page, int pages) {
        var random = new SplittableRandom(page);
        List<Pair<Integer, Integer>> links = new ArrayList<>();
        for (int i = 0; i < LINKS_PER_PAGE; i++) {
            links.add(Pair.of(page, random.nextInt(1 + random.nextInt(pages))));
        }
        return links;
    }
}
