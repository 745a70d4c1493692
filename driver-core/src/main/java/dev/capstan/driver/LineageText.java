package dev.capstan.driver;

import dev.capstan.driver.dag.DagView;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.lineage.Dependency;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.lineage.LineageWalk;
import dev.capstan.engine.lineage.ShuffleDependency;
import dev.capstan.kernel.config.ByteSize;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A lineage as text. A dataset that is used twice is told in full once. */
final class LineageText {
    private static final int MOST_LINES = 1_000;

    private record Line(Lineage<?> node, int indent, String mark) {}

    private LineageText() {}

    /** With what is kept of it, as far as that is known. */
    static String of(Lineage<?> root, Jobs jobs) {
        return of(root, kept(root, jobs));
    }

    /** Nothing is asked where nothing is kept. */
    private static Map<DatasetId, DagView.CacheLine> kept(Lineage<?> root, Jobs jobs) {
        Map<DatasetId, DagView.CacheLine> kept = new HashMap<>();
        if (LineageWalk.everything(root).stream().allMatch(node -> node.storageLevel().keepsNothing())) {
            return kept;
        }
        try {
            jobs.status().ifPresent(view -> view.cached().forEach(line -> kept.put(line.dataset(), line)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the lineage can be told without it
        }
        return kept;
    }

    private static String of(Lineage<?> root, Map<DatasetId, DagView.CacheLine> kept) {
        StringBuilder text = new StringBuilder();
        Set<Lineage<?>> told = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Line> waiting = new ArrayDeque<>();
        waiting.push(new Line(root, 0, ""));
        int lines = 0;
        while (!waiting.isEmpty()) {
            Line line = waiting.pop();
            if (lines++ == MOST_LINES) {
                text.append("...\n");
                break;
            }
            text.repeat("  ", line.indent())
                    .append(line.mark())
                    .append(describe(line.node(), kept.get(line.node().id())));
            if (!told.add(line.node())) {
                text.append(" (see above)\n");
                continue;
            }
            text.append('\n');
            List<Dependency<?>> dependencies = line.node().dependencies();
            boolean branches = dependencies.size() > 1;
            for (Dependency<?> dependency : dependencies.reversed()) {
                boolean shuffle = dependency instanceof ShuffleDependency<?, ?, ?>;
                waiting.push(
                        new Line(
                                dependency.parent(),
                                line.indent() + (shuffle || branches ? 1 : 0),
                                shuffle ? "+- " : "|  "));
            }
        }
        return text.toString();
    }

    private static String describe(Lineage<?> node, DagView.@Nullable CacheLine cached) {
        String kept = node.storageLevel().keepsNothing() ? "" : ", kept as " + node.storageLevel();
        return "("
                + node.partitionCount()
                + ") "
                + node.name()
                + " [id "
                + node.id().number()
                + kept
                + (cached == null ? "" : ": " + describe(cached))
                + node.partitioner().map(partitioner -> ", by " + partitioner).orElse("")
                + (node.cutBy().isPresent() ? ", checkpointed" : "")
                + "] at "
                + node.origin().callSite();
    }

    private static String describe(DagView.CacheLine cached) {
        return cached.partitions()
                + " cached partitions"
                + (cached.copies() > cached.partitions() ? " in " + cached.copies() + " copies" : "")
                + ", "
                + new ByteSize(cached.memoryBytes())
                + " in memory, "
                + new ByteSize(cached.diskBytes())
                + " on disk";
    }
}
