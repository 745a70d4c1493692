package dev.capstan.driver.dag;

import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.storage.KeptBlock;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The part of the DAG scheduler that sees to it that cached partitions have as many copies as their levels want. One
 * copy of a partition is made at a time, on another host if there is one.
 *
 * <p>Copies are ordered when a partition is kept somewhere anew, when an executor is lost and when one joins. Not when
 * one is evicted: where memory is short, a new copy would push out the next one, and so on for ever.
 */
final class Replication {
    private static final String LOOK = "look-after-copies";

    /** An order that has not been heard of for one to two of these is given up. */
    private static final Duration LOOKS = Duration.ofMinutes(2);

    /** So often in a row a copy is tried, until an executor joins. */
    private static final int MOST_FAILURES = 3;

    private final CacheLocations cache;
    private final DagOutbox outbox;
    private final Map<ExecutorId, Member> members = new LinkedHashMap<>();
    private final Map<BlockId.CachedPartition, Order> ordered = new LinkedHashMap<>();
    private final Map<BlockId.CachedPartition, Integer> failures = new LinkedHashMap<>();

    private static final class Member {
        final String host;

        /** So many copies it was told to take and has not yet. */
        int taking;

        Member(String host) {
            this.host = host;
        }
    }

    private static final class Order {
        final ExecutorId target;
        final ExecutorId from;
        boolean seenBefore;

        Order(ExecutorId target, ExecutorId from) {
            this.target = target;
            this.from = from;
        }
    }

    Replication(CacheLocations cache, DagOutbox outbox) {
        this.cache = cache;
        this.outbox = outbox;
    }

    void joined(ExecutorId executor, String host) {
        members.putIfAbsent(executor, new Member(host));
        failures.clear();
        cache.wantingCopies().forEach(this::look);
    }

    /**
     * @param held what it held, and others may still
     */
    void gone(ExecutorId executor, Set<BlockId.CachedPartition> held) {
        members.remove(executor);
        List<BlockId.CachedPartition> again = new ArrayList<>(held);
        ordered.forEach((block, order) -> {
            if (order.target.equals(executor) || order.from.equals(executor)) {
                again.add(block);
            }
        });
        again.forEach(this::close);
        again.forEach(this::look);
    }

    /** These are kept there; {@code fresh} are those that were not there before. */
    void kept(ExecutorId executor, List<KeptBlock> fresh) {
        for (KeptBlock kept : fresh) {
            if (kept.block() instanceof BlockId.CachedPartition block) {
                Order order = ordered.get(block);
                if (order != null && order.target.equals(executor)) {
                    close(block);
                }
                failures.remove(block);
                look(block);
            }
        }
    }

    void failed(ExecutorId executor, BlockId.CachedPartition block) {
        Order order = ordered.get(block);
        if (order != null && order.target.equals(executor)) {
            failed(block);
        }
    }

    private void failed(BlockId.CachedPartition block) {
        close(block);
        failures.merge(block, 1, Integer::sum);
        look(block);
    }

    void forget(DatasetId dataset) {
        List<BlockId.CachedPartition> open =
                ordered.keySet().stream().filter(block -> block.dataset().equals(dataset)).toList();
        open.forEach(this::close);
        failures.keySet().removeIf(block -> block.dataset().equals(dataset));
    }

    /** The timer has fired: an order or its report may have been lost with a connection. */
    void lookAfterCopies() {
        outbox.fired(LOOK);
        List<BlockId.CachedPartition> late = new ArrayList<>();
        ordered.forEach((block, order) -> {
            if (order.seenBefore) {
                late.add(block);
            }
            order.seenBefore = true;
        });
        late.forEach(this::failed);
        arm();
    }

    private void arm() {
        if (!ordered.isEmpty()) {
            outbox.armOnce(LOOK, LOOKS, new DagMessage.LookAfterCopies());
        }
    }

    private void close(BlockId.CachedPartition block) {
        Order order = ordered.remove(block);
        Member target = order == null ? null : members.get(order.target);
        if (target != null) {
            target.taking--;
        }
    }

    /** Orders a copy if one is wanting. */
    private void look(BlockId.CachedPartition block) {
        Map<ExecutorId, CacheLocations.Copy> holders = cache.holders(block);
        int failed = failures.getOrDefault(block, 0);
        if (holders.isEmpty() || ordered.containsKey(block) || failed >= MOST_FAILURES) {
            return;
        }
        var first = holders.values().iterator().next();
        if (holders.size() >= first.level().copies()) {
            return;
        }
        ExecutorId target = target(holders);
        if (target != null) {
            ExecutorId from = List.copyOf(holders.keySet()).get(failed % holders.size());
            members.get(target).taking++;
            ordered.put(block, new Order(target, from));
            outbox.tellExecutor(target, new ExecutorOrder.CopyBlock(block, first.level(), from));
            arm();
        }
    }

    /** One without a copy: on a host without one if there is such, then the one that takes the fewest. */
    private @Nullable ExecutorId target(Map<ExecutorId, CacheLocations.Copy> holders) {
        List<String> hosts = holders.values().stream().map(CacheLocations.Copy::host).toList();
        ExecutorId best = null;
        long bestCost = Long.MAX_VALUE;
        for (var member : members.entrySet()) {
            if (!holders.containsKey(member.getKey())) {
                long sameHost = hosts.contains(member.getValue().host) ? 1L << 32 : 0;
                long cost = sameHost + member.getValue().taking;
                if (cost < bestCost) {
                    best = member.getKey();
                    bestCost = cost;
                }
            }
        }
        return best;
    }

    /** Those that want copies, could have them, and for which nothing is under way. */
    List<BlockId.CachedPartition> neglected() {
        return cache.wantingCopies().stream()
                .filter(block ->
                        !ordered.containsKey(block)
                                && failures.getOrDefault(block, 0) < MOST_FAILURES
                                && target(cache.holders(block)) != null)
                .toList();
    }
}
