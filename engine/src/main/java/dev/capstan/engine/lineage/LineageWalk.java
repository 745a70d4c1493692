package dev.capstan.engine.lineage;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Walks over lineages, none of them recursive. Each node is met once; the order depends on the lineage only. */
public final class LineageWalk {
    private LineageWalk() {}

    /** The nodes that one stage computes: from this one up to the next shuffles, parents before children. */
    public static List<Lineage<?>> parentsFirst(Lineage<?> root) {
        return walk(root, _ -> false, false);
    }

    /** All nodes that this one comes from, across shuffles, parents before children, itself last. */
    public static List<Lineage<?>> everything(Lineage<?> root) {
        return walk(root, _ -> false, true);
    }

    /**
     * The shuffles that the stage of this node reads itself, in the order in which they are met, not looking beyond
     * datasets that are there already.
     *
     * @param available tells of a dataset that it need not be computed, because all its partitions are cached
     */
    public static List<ShuffleDependency<?, ?, ?>> shuffles(Lineage<?> root, Predicate<Lineage<?>> available) {
        List<ShuffleDependency<?, ?, ?>> found = new ArrayList<>();
        for (Lineage<?> node : walk(root, available, false)) {
            if (!available.test(node)) {
                for (Dependency<?> dependency : node.dependencies()) {
                    if (dependency instanceof ShuffleDependency<?, ?, ?> shuffle) {
                        found.add(shuffle);
                    }
                }
            }
        }
        return found;
    }

    /** The datasets of the stage of this node that are to be kept, parents before children. */
    public static List<Lineage<?>> persistent(Lineage<?> root) {
        return parentsFirst(root).stream().filter(node -> !node.storageLevel().keepsNothing()).toList();
    }

    private static List<Lineage<?>> walk(Lineage<?> root, Predicate<Lineage<?>> leaf, boolean acrossShuffles) {
        List<Lineage<?>> done = new ArrayList<>();
        if (root.dependencyArray().length == 0) {
            done.add(root);
            return done;
        }
        Set<Lineage<?>> met = Collections.newSetFromMap(new IdentityHashMap<>());
        Deque<Step> path = new ArrayDeque<>();
        met.add(root);
        path.push(new Step(root, leaf.test(root)));
        while (!path.isEmpty()) {
            Step step = path.peek();
            if (step.next == step.end) {
                done.add(step.node);
                path.pop();
                continue;
            }
            Dependency<?> dependency = step.node.dependencyArray()[step.next++];
            if ((acrossShuffles || dependency instanceof NarrowDependency<?>) && met.add(dependency.parent())) {
                path.push(new Step(dependency.parent(), leaf.test(dependency.parent())));
            }
        }
        return done;
    }

    private static final class Step {
        final Lineage<?> node;
        final int end;
        int next;

        Step(Lineage<?> node, boolean leaf) {
            this.node = node;
            this.end = leaf ? 0 : node.dependencyArray().length;
        }
    }
}
