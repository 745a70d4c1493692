package dev.capstan.engine.lineage;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.task.SourceSlice;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What each task of a stage needs from outside, worked out once per stage. Immutable but for the storage levels that it
 * found when it was made.
 *
 * <p>Nodes that are joined by one-to-one dependencies have the same partition in one task; they make up a group. A task
 * asks its way from group to group only; most stages have a single one. A group in which no node has source data, a
 * preferred host or a cached partition costs nothing.
 */
public final class StageInputsPlan {
    private final List<ShuffleDependency<?, ?, ?>> shuffles;
    private final Group root;
    private final boolean anySlices;
    private final boolean anyHosts;
    private final boolean anyCached;

    /** Nodes that have the same partition number, with the edges that lead away from them. */
    private static final class Group {
        final int index;
        final List<Lineage<?>> sliced = new ArrayList<>();
        final List<Lineage<?>> placed = new ArrayList<>();
        final List<Lineage<?>> cached = new ArrayList<>();
        final List<Edge> edges = new ArrayList<>();

        Group(int index) {
            this.index = index;
        }
    }

    private record Edge(NarrowDependency<?> dependency, Group to) {}

    /** Whether a class of nodes has data or preferences of its own. */
    private static final ClassValue<Overrides> OVERRIDES =
            new ClassValue<>() {
                @Override
                protected Overrides computeValue(Class<?> type) {
                    return new Overrides(overrides(type, "slice"), overrides(type, "preferredHosts"));
                }

                private static boolean overrides(Class<?> type, String method) {
                    try {
                        return type.getMethod(method, int.class).getDeclaringClass() != Lineage.class;
                    } catch (NoSuchMethodException e) {
                        throw new IllegalStateException(e);
                    }
                }
            };

    private record Overrides(boolean slices, boolean hosts) {}

    private StageInputsPlan(Lineage<?> dataset) {
        Map<Lineage<?>, Group> groups = new IdentityHashMap<>();
        Deque<Lineage<?>> heads = new ArrayDeque<>();
        Set<ShuffleDependency<?, ?, ?>> seen = new LinkedHashSet<>();
        root = new Group(0);
        groups.put(dataset, root);
        heads.add(dataset);
        while (!heads.isEmpty()) {
            Lineage<?> head = heads.poll();
            fill(groups.get(head), head, groups, heads, seen);
        }
        shuffles = List.copyOf(seen);
        anySlices = groups.values().stream().anyMatch(group -> !group.sliced.isEmpty());
        anyHosts = groups.values().stream().anyMatch(group -> !group.placed.isEmpty());
        anyCached = groups.values().stream().anyMatch(group -> !group.cached.isEmpty());
    }

    /** Plans the stage that computes this dataset. Takes time in proportion to the nodes of the stage. */
    public static StageInputsPlan of(Lineage<?> dataset) {
        return new StageInputsPlan(dataset);
    }

    /** Nearest nodes first. */
    private static void fill(
            Group group,
            Lineage<?> head,
            Map<Lineage<?>, Group> groups,
            Deque<Lineage<?>> heads,
            Set<ShuffleDependency<?, ?, ?>> shuffles) {
        Map<Lineage<?>, Boolean> met = new IdentityHashMap<>();
        Deque<Lineage<?>> waiting = new ArrayDeque<>();
        met.put(head, true);
        waiting.add(head);
        while (!waiting.isEmpty()) {
            Lineage<?> node = waiting.poll();
            note(group, node);
            for (Dependency<?> dependency : node.dependencyArray()) {
                switch (dependency) {
                    case ShuffleDependency<?, ?, ?> shuffle -> shuffles.add(shuffle);
                    case NarrowDependency.OneToOne<?>(Lineage<?> parent) -> {
                        if (met.put(parent, true) == null) {
                            waiting.add(parent);
                        }
                    }
                    case NarrowDependency<?> narrow -> {
                        Group to = groups.get(narrow.parent());
                        if (to == null) {
                            to = new Group(groups.size());
                            groups.put(narrow.parent(), to);
                            heads.add(narrow.parent());
                        }
                        group.edges.add(new Edge(narrow, to));
                    }
                }
            }
        }
    }

    private static void note(Group group, Lineage<?> node) {
        Overrides overrides = OVERRIDES.get(node.getClass());
        boolean itself = node.cutBy().isEmpty();
        if (itself && overrides.slices()) {
            group.sliced.add(node);
        }
        if (itself && overrides.hosts()) {
            group.placed.add(node);
        }
        if (!node.storageLevel().keepsNothing()) {
            group.cached.add(node);
        }
    }

    /** The shuffles that the stage reads itself. */
    public List<ShuffleDependency<?, ?, ?>> shuffles() {
        return shuffles;
    }

    /** The source data that travels with the task of this partition. */
    public List<SourceSlice> slices(int partition) {
        if (!anySlices) {
            return List.of();
        }
        if (root.edges.isEmpty() && root.sliced.size() == 1) {
            return root.sliced.getFirst().slice(partition).map(List::of).orElse(List.of());
        }
        List<SourceSlice> slices = new ArrayList<>();
        visit(partition, (group, index) -> group.sliced.forEach(node -> node.slice(index).ifPresent(slices::add)));
        return slices;
    }

    /** Hosts where the task of this partition is cheap, best first: those that the nearest node prefers. */
    public List<String> preferredHosts(int partition) {
        if (!anyHosts) {
            return List.of();
        }
        Set<String> hosts = new LinkedHashSet<>();
        visit(partition, (group, index) -> group.placed.forEach(node -> hosts.addAll(node.preferredHosts(index))));
        return List.copyOf(hosts);
    }

    /** Partitions that the task of this partition would take from a block store, or leave there; nearest first. */
    public List<BlockId.CachedPartition> cached(int partition) {
        if (!anyCached) {
            return List.of();
        }
        List<BlockId.CachedPartition> blocks = new ArrayList<>();
        visit(
                partition,
                (group, index) ->
                        group.cached.forEach(node -> blocks.add(new BlockId.CachedPartition(node.id(), index))));
        return blocks;
    }

    /** Whether some task would rather run somewhere. */
    public boolean hasPreferences() {
        return anyHosts || anyCached;
    }

    private interface Visitor {
        void visit(Group group, int partition);
    }

    private record Place(Group group, int partition) {}

    private void visit(int partition, Visitor visitor) {
        if (root.edges.isEmpty()) {
            visitor.visit(root, partition);
            return;
        }
        Set<Long> met = new HashSet<>();
        Deque<Place> waiting = new ArrayDeque<>();
        waiting.add(new Place(root, partition));
        while (!waiting.isEmpty()) {
            Place place = waiting.poll();
            visitor.visit(place.group(), place.partition());
            for (Edge edge : place.group().edges) {
                edge.dependency()
                        .parents(
                                place.partition(),
                                index -> {
                                    if (met.add((long) edge.to().index << 32 | index)) {
                                        waiting.add(new Place(edge.to(), index));
                                    }
                                });
            }
        }
    }
}
