package dev.capstan.testing;

import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Entry;
import dev.capstan.kernel.actor.FlightRecorder;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.actor.TimerQueue;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SequencedMap;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;

/**
 * The virtual-time twin of the actor loop: one thread, a queue of events by (time, order), a seeded network, journals
 * that lose what was not durable, crash and restart. The same seed gives the same run.
 *
 * <p>Actors of one node tell each other at once, as on one loop; messages between nodes pass the {@link Network}. An
 * actor's turn ends a little after its first message, so that messages batch as they would in production.
 */
public final class Simulation {
    private static final int RECORDED = 4_096;

    private final long seed;
    private final SplittableRandom random;
    private final Network network = new Network();
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final SequencedMap<Address, Cell> cells = new LinkedHashMap<>();
    private final Map<String, Long> skews = new HashMap<>(); // looked up, never iterated
    private final Map<Pair, Long> lastArrival = new HashMap<>(); // looked up, never iterated
    private final SequencedMap<Address, List<Entry>> durable = new LinkedHashMap<>();
    private final FlightRecorder recorder = new FlightRecorder(RECORDED);
    private final List<Runnable> invariants = new ArrayList<>();
    private boolean barrier = true;
    private long now;
    private long sequence;
    private long trace = 0x9E3779B97F4A7C15L;
    private long steps;

    private record Pair(String from, String to) {}

    private record Event(long atNanos, long sequence, int kind, Runnable action) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
        }
    }

    private static final class Cell {
        final Address address;
        final Actor<Message> actor;
        final Operations operations;
        final TimerQueue timers = new TimerQueue();
        final ArrayDeque<Effect> outbox = new ArrayDeque<>();
        boolean alive = true;
        boolean persisting;
        boolean turnEnds;

        Cell(Address address, Actor<Message> actor, Operations operations) {
            this.address = address;
            this.actor = actor;
            this.operations = operations;
        }
    }

    public Simulation(long seed) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
    }

    public long seed() {
        return seed;
    }

    /** The one source of chance of this run. */
    public SplittableRandom random() {
        return random;
    }

    public Network network() {
        return network;
    }

    public long nowNanos() {
        return now;
    }

    /** How many events have happened. */
    public long steps() {
        return steps;
    }

    /** A number that two runs share only if the same things happened at the same times. */
    public long trace() {
        return trace;
    }

    /** The clock of a node runs ahead, or behind, by so much. */
    public void skew(String node, Duration ahead) {
        skews.put(node, ahead.toNanos());
    }

    /** For proving that the net catches it: entries no longer hold back what stands behind them. */
    public void withoutPersistBarrier() {
        barrier = false;
    }

    /** Checked after every event; throws when it does not hold. */
    public void invariant(Runnable check) {
        invariants.add(check);
    }

    /** Starts an actor, in place of the one at this address if there was one. */
    public void host(Address address, Actor<? extends Message> actor, Operations operations) {
        Cell old = cells.get(address);
        if (old != null) {
            old.alive = false;
        }
        @SuppressWarnings("unchecked") // whoever addresses this actor sends what its protocol says
        Actor<Message> any = (Actor<Message>) actor;
        cells.put(address, new Cell(address, any, operations));
    }

    /** Ends all actors of a node at once; what they had not made durable is lost. */
    public void crash(String node) {
        cells.forEach((address, cell) -> {
            if (address.node().equals(node)) {
                cell.alive = false;
            }
        });
        cells.values().removeIf(cell -> !cell.alive);
    }

    public boolean hosts(Address address) {
        return cells.containsKey(address);
    }

    /** What the actor at this address has made durable. */
    public List<Entry> durable(Address address) {
        return List.copyOf(durable.getOrDefault(address, List.of()));
    }

    /** A message from outside the simulated nodes. */
    public void tell(Address to, Message message, Duration after) {
        schedule(after.toNanos(), Kind.TELL, () -> deliver(to, message));
    }

    /** Something that happens by itself. */
    public void at(Duration after, Runnable action) {
        schedule(after.toNanos(), Kind.ACTION, action);
    }

    /** Runs until the condition holds. @return whether it held within the bound of virtual time */
    public boolean runUntil(BooleanSupplier done, Duration bound) {
        long end = now + bound.toNanos();
        while (!done.getAsBoolean()) {
            if (!step(end)) {
                return done.getAsBoolean();
            }
        }
        return true;
    }

    public void runFor(Duration duration) {
        long end = now + duration.toNanos();
        while (step(end)) {
            // each step is an event
        }
        now = Math.max(now, end);
    }

    /** Makes a failure of this run, with what happened last. */
    public SimulationFailure failure(String what) {
        return new SimulationFailure(seed, now, what, recorder.dump(), null);
    }

    private boolean step(long end) {
        Event event = events.peek();
        if (event == null || event.atNanos > end) {
            return false;
        }
        events.poll();
        now = Math.max(now, event.atNanos);
        steps++;
        mix(now);
        mix(event.kind);
        try {
            event.action.run();
            for (Runnable invariant : invariants) {
                invariant.run();
            }
        } catch (SimulationFailure failure) {
            throw failure;
        } catch (RuntimeException | AssertionError | StackOverflowError bug) {
            throw new SimulationFailure(seed, now, String.valueOf(bug), recorder.dump(), bug);
        }
        return true;
    }

    private void mix(long value) {
        trace = (trace ^ value) * 0x100000001B3L;
        trace ^= trace >>> 29;
    }

    private void schedule(long afterNanos, int kind, Runnable action) {
        events.add(new Event(now + Math.max(0, afterNanos), sequence++, kind, action));
    }

    private void deliver(Address to, Message message) {
        Cell cell = cells.get(to);
        if (cell != null) {
            deliver(cell, message);
        }
    }

    private void deliver(Cell cell, Message message) {
        if (!cell.alive) {
            return;
        }
        mix(cell.address.hashCode());
        mix(message.getClass().getName().hashCode());
        long local = localNow(cell);
        recorder.message(now, cell.address, message);
        cell.outbox.addAll(cell.actor.on(message, local));
        flush(cell);
        if (!cell.turnEnds) {
            cell.turnEnds = true;
            schedule(random.nextLong(300_000), Kind.END_OF_TURN, () -> endTurn(cell));
        }
    }

    private void endTurn(Cell cell) {
        cell.turnEnds = false;
        if (cell.alive) {
            cell.outbox.addAll(cell.actor.endOfTurn(localNow(cell)));
            flush(cell);
        }
    }

    private long localNow(Cell cell) {
        return now + skews.getOrDefault(cell.address.node(), 0L);
    }

    private void flush(Cell cell) {
        while (cell.alive && !cell.persisting) {
            Effect effect = cell.outbox.poll();
            if (effect == null) {
                return;
            }
            recorder.effect(now, cell.address, effect);
            switch (effect) {
                case Effect.Send(var to, var message) -> send(cell.address, to, message);
                case Effect.Arm(var timer, var after, var message) -> arm(cell, timer, after, message);
                case Effect.Disarm(var timer) -> cell.timers.disarm(cell.address, timer);
                case Effect.Persist(var entry) -> persist(cell, entry);
                case Effect.Perform(var operation) ->
                        cell.operations.perform(
                                operation, message -> schedule(0, Kind.REPLY, () -> deliver(cell, message)));
            }
        }
    }

    private void send(Address from, Address to, Message message) {
        if (from.node().equals(to.node())) {
            schedule(0, Kind.LOCAL, () -> deliver(to, message));
            return;
        }
        if (network.isCut(from.node(), to.node()) || random.nextInt(1000) < network.lostPerMille()) {
            return;
        }
        var pair = new Pair(from.node(), to.node());
        long spread = Math.max(1, network.maxDelayNanos() - network.minDelayNanos());
        long arrival = now + network.minDelayNanos() + random.nextLong(spread);
        arrival = Math.max(arrival, lastArrival.getOrDefault(pair, 0L) + 1);
        lastArrival.put(pair, arrival);
        schedule(arrival - now, Kind.REMOTE, () -> deliver(to, message));
        if (random.nextInt(1000) < network.repeatedPerMille()) {
            long late = arrival - now + random.nextLong(Math.max(1, network.repeatedWithinNanos()));
            schedule(late, Kind.REPEATED, () -> deliver(to, message));
        }
    }

    private void arm(Cell cell, String timer, Duration after, Message message) {
        cell.timers.arm(cell.address, timer, now + after.toNanos(), message);
        schedule(after.toNanos(), Kind.TIMER, () -> fire(cell));
    }

    private void fire(Cell cell) {
        if (!cell.alive) {
            return;
        }
        for (var due = cell.timers.poll(now); due != null; due = cell.timers.poll(now)) {
            deliver(cell, due.message());
        }
    }

    private void persist(Cell cell, Entry entry) {
        cell.persisting = barrier;
        schedule(
                5_000_000L + random.nextLong(40_000_000L),
                Kind.DURABLE,
                () -> {
                    if (cell.alive) {
                        durable.computeIfAbsent(cell.address, _ -> new ArrayList<>()).add(entry);
                        cell.persisting = false;
                        flush(cell);
                    }
                });
    }

    /** What kinds of events there are; part of the trace. */
    private static final class Kind {
        static final int TELL = 1;
        static final int ACTION = 2;
        static final int END_OF_TURN = 3;
        static final int REPLY = 4;
        static final int LOCAL = 5;
        static final int REMOTE = 6;
        static final int REPEATED = 7;
        static final int TIMER = 8;
        static final int DURABLE = 9;

        private Kind() {}
    }
}
