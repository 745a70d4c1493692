package dev.capstan.kernel.actor;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The production shell: one platform thread that runs one or several actors.
 *
 * <p>It alone owns their timers, their outboxes and the flight recorder. A turn is: take what waits (up to a bound),
 * fire the timers that are due, let each actor that was touched {@linkplain Actor#endOfTurn end its turn}, rest.
 * Messages between actors of one loop do not pass the mailbox. Time is read once per message.
 *
 * <p>Invariants: effects of one actor leave in the order it gave them; nothing behind a {@link Effect.Persist} leaves
 * before the entry is durable; an actor that threw, or whose entry could not be made durable, takes no further message.
 */
public final class ActorLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(ActorLoop.class.getName());
    private static final int MESSAGES_PER_TURN = 256;
    private static final int MAILBOX_BOUND = 8_192;
    private static final int RECORDED = 512;
    private static final Duration CLOSE_BOUND = Duration.ofSeconds(10);

    private final String name;
    private final Outbound outbound;
    private final FaultPolicy faultPolicy;
    private final Thread thread;
    private final Mailbox mailbox = new Mailbox(MAILBOX_BOUND);
    private final TimerQueue timers = new TimerQueue();
    private final FlightRecorder recorder = new FlightRecorder(RECORDED);
    private final Map<Address, Cell> cells = new LinkedHashMap<>();
    private final ArrayDeque<Mailbox.Plain> inside = new ArrayDeque<>();
    private final List<Mark> marks = new ArrayList<>();
    private final ArrayDeque<Cell> touched = new ArrayDeque<>();

    /** When the turn that runs now began, 0 between turns; read by the {@link StallWatch}. */
    private volatile long turnBeganNanos;

    /**
     * @param name of the thread
     * @param outbound the way to actors that this loop does not host
     * @param faultPolicy told of bugs
     */
    public ActorLoop(String name, Outbound outbound, FaultPolicy faultPolicy) {
        this.name = Objects.requireNonNull(name, "name");
        this.outbound = outbound;
        this.faultPolicy = faultPolicy;
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this::run);
    }

    public String name() {
        return name;
    }

    public ActorLoop start() {
        thread.start();
        return this;
    }

    /** Takes an actor in; when the loop runs already, it does so at its next turn, before any later message. */
    public ActorLoop host(Address address, Actor<? extends Message> actor, Operations operations, Journal journal) {
        return host(address, actor, operations, journal, outbound);
    }

    /** Takes in an actor of another node, with a way out of its own. */
    public ActorLoop host(
            Address address, Actor<? extends Message> actor, Operations operations, Journal journal, Outbound wayOut) {
        @SuppressWarnings("unchecked") // whoever addresses this actor sends what its protocol says
        Cell cell = new Cell(address, (Actor<Message>) actor, operations, journal, wayOut);
        tellNow(address, new Host(cell));
        return this;
    }

    /** Lets an actor go; messages for it are dropped from then on. */
    public void dismiss(Address address) {
        tellNow(address, new Dismiss());
    }

    /**
     * Brings a message from outside the loop. A thread that brings more than the loop can take is slowed.
     *
     * @return false when the loop is closed
     */
    public boolean tell(Address to, Message message) {
        if (Thread.currentThread() == thread) {
            inside.add(new Mailbox.Plain(to, message));
            return true;
        }
        return mailbox.put(to, message, true);
    }

    /** As {@link #tell}, for senders that must not be slowed because they are loops or transports themselves. */
    public boolean tellNow(Address to, Message message) {
        if (Thread.currentThread() == thread) {
            inside.add(new Mailbox.Plain(to, message));
            return true;
        }
        return mailbox.put(to, message, false);
    }

    /**
     * Waits until all that was told before has been taken, and all that came of it has left: also what stands behind
     * writes.
     *
     * @return whether it was within the bound; false at once on the loop itself, which cannot wait for itself
     */
    public boolean settle(Duration bound) throws InterruptedException {
        if (Thread.currentThread() == thread) {
            return false;
        }
        var reached = new CountDownLatch(1);
        return mailbox.put(new Address("", "mark"), new Mark(reached), false)
                && reached.await(bound.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** How many messages wait; for metrics. */
    public int waiting() {
        return mailbox.waiting();
    }

    /** Whether so much waits that senders who may be slowed are. */
    public boolean isFull() {
        return mailbox.waiting() >= MAILBOX_BOUND;
    }

    /** How long the turn that runs now has taken, or zero. */
    Duration turnTaken(long nowNanos) {
        long began = turnBeganNanos;
        return began == 0 ? Duration.ZERO : Duration.ofNanos(nowNanos - began);
    }

    FlightRecorder recorder() {
        return recorder;
    }

    Thread thread() {
        return thread;
    }

    /** Ends the loop after the turn that runs now; what still waits is dropped. Idempotent and bounded. */
    @Override
    public void close() {
        mailbox.close();
        if (thread.getState() == Thread.State.NEW || Thread.currentThread() == thread) {
            return;
        }
        boolean interrupted = false;
        long deadline = System.nanoTime() + CLOSE_BOUND.toNanos();
        while (thread.isAlive() && System.nanoTime() < deadline) {
            try {
                thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                interrupted = true; // the caller still gets a closed loop, and its interrupt back
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!mailbox.closed()) {
                long now = System.nanoTime();
                turnBeganNanos = now;
                boolean worked = turn();
                turnBeganNanos = 0;
                if (!worked) {
                    long next = timers.nextDeadlineNanos();
                    mailbox.await(next == Long.MAX_VALUE ? next : Math.max(1, next - System.nanoTime()));
                }
            }
        } catch (Throwable bug) { // not of one actor: the loop itself cannot go on, and who waits for it must know
            mailbox.close();
            cells.values().forEach(cell -> fail(cell, bug));
        } finally {
            mailbox.close(); // or senders would wait for a loop that is gone
        }
    }

    private boolean turn() {
        int taken = 0;
        for (; taken < MESSAGES_PER_TURN; taken++) {
            Mailbox.Plain next = inside.poll();
            if (next == null) {
                next = mailbox.poll();
            }
            if (next == null) {
                break;
            }
            deliver(next.to(), next.message());
        }
        int fired = 0;
        if (timers.nextDeadlineNanos() != Long.MAX_VALUE) {
            long now = System.nanoTime();
            for (TimerQueue.Due due = timers.poll(now); due != null; due = timers.poll(now)) {
                deliver(due.actor(), due.message());
                fired++;
            }
        }
        for (Cell cell = touched.poll(); cell != null; cell = touched.poll()) {
            cell.touched = false;
            endTurn(cell);
        }
        reachMarks();
        return taken + fired > 0 || !inside.isEmpty();
    }

    /** What stands behind a write has yet to leave: who waits for all that was told waits for that too. */
    private void reachMarks() {
        if (!marks.isEmpty()
                && inside.isEmpty()
                && cells.values().stream().noneMatch(cell -> cell.persisting && !cell.ended)) {
            marks.forEach(mark -> mark.reached().countDown());
            marks.clear();
        }
    }

    private void deliver(Address to, Message message) {
        switch (message) {
            case Host(var cell) -> letGo(cells.put(to, cell));
            case Dismiss() -> letGo(cells.remove(to));
            case Mark mark -> marks.add(mark);
            case Durable(var cell, var failure) -> onDurable(cell, failure);
            case Outcome(var cell, var outcome) -> hand(cell, outcome);
            default -> {
                Cell cell = cells.get(to);
                if (cell == null) {
                    LOG.log(System.Logger.Level.DEBUG, "{0}: nobody at {1} for {2}", name, to, message.trace());
                } else {
                    hand(cell, message);
                }
            }
        }
    }

    private void hand(Cell cell, Message message) {
        if (cell.ended) {
            return;
        }
        long now = System.nanoTime();
        try { // whatever is thrown, it must not end the other actors of this loop unseen
            recorder.message(now, cell.address, message);
            cell.take(cell.actor.on(message, now));
            flush(cell, now);
        } catch (Throwable bug) {
            fail(cell, bug);
            return;
        }
        if (!cell.touched) {
            cell.touched = true;
            touched.add(cell);
        }
    }

    /** The next actor at its address, which may be the same in a new term, inherits nothing of it. */
    private void letGo(@Nullable Cell cell) {
        if (cell != null) {
            cell.ended = true;
            cell.outbox.clear();
            timers.disarmAll(cell.address);
        }
    }

    private void endTurn(Cell cell) {
        if (cell.ended) {
            return;
        }
        long now = System.nanoTime();
        try {
            cell.take(cell.actor.endOfTurn(now));
            flush(cell, now);
        } catch (Throwable bug) {
            fail(cell, bug);
        }
    }

    /** Throws what the way out, the journal or the operations of the actor throw. */
    private void flush(Cell cell, long now) {
        while (!cell.persisting) {
            Effect effect = cell.outbox.poll();
            if (effect == null) {
                return;
            }
            recorder.effect(now, cell.address, effect);
            switch (effect) {
                case Effect.Send(var to, var message) -> send(cell, to, message);
                case Effect.Arm(var timer, var after, var message) ->
                        timers.arm(cell.address, timer, now + after.toNanos(), message);
                case Effect.Disarm(var timer) -> timers.disarm(cell.address, timer);
                case Effect.Persist(var entry) -> persist(cell, entry);
                case Effect.Perform(var operation) ->
                        cell.operations.perform(
                                operation, message -> tellNow(cell.address, new Outcome(cell, message)));
            }
        }
    }

    private void send(Cell from, Address to, Message message) {
        if (from.address.node().equals(to.node()) && cells.containsKey(to)) {
            inside.add(new Mailbox.Plain(to, message));
        } else {
            from.outbound.send(from.address, to, message);
        }
    }

    private void persist(Cell cell, Entry entry) {
        cell.persisting = true;
        cell.journal.append(entry, failure -> tellNow(cell.address, new Durable(cell, failure)));
    }

    private void onDurable(Cell cell, @Nullable Throwable failure) {
        if (cell.ended) {
            return;
        }
        cell.persisting = false;
        if (failure != null) {
            fail(cell, failure);
            return;
        }
        try {
            flush(cell, System.nanoTime());
        } catch (Throwable bug) {
            fail(cell, bug);
        }
    }

    private void fail(Cell cell, Throwable bug) {
        letGo(cell);
        List<String> flight = recorder.dump();
        LOG.log(System.Logger.Level.ERROR, () -> describe("fault in " + cell.address, flight), bug);
        try {
            faultPolicy.onFault(new Fault(cell.address, bug, flight));
        } catch (Throwable another) { // the other actors go on, whatever the policy fails at
            LOG.log(System.Logger.Level.ERROR, "the fault of " + cell.address + " could not be told", another);
        }
    }

    static String describe(String what, List<String> flight) {
        return what + "; the last " + flight.size() + " messages and effects:\n  " + String.join("\n  ", flight);
    }

    /** An actor with its outbox. */
    private static final class Cell {
        final Address address;
        final Actor<Message> actor;
        final Operations operations;
        final Journal journal;
        final Outbound outbound;
        final ArrayDeque<Effect> outbox = new ArrayDeque<>();
        boolean persisting;

        /** It failed, or was dismissed, or another one has its address: nothing is done for it any more. */
        boolean ended;

        boolean touched;

        Cell(Address address, Actor<Message> actor, Operations operations, Journal journal, Outbound outbound) {
            this.address = address;
            this.actor = actor;
            this.operations = operations;
            this.journal = journal;
            this.outbound = outbound;
        }

        void take(List<Effect> effects) {
            for (int i = 0; i < effects.size(); i++) {
                outbox.add(effects.get(i));
            }
        }
    }

    private record Host(Cell cell) implements Message {}

    private record Dismiss() implements Message {}

    /** What an operation brought: for the actor that asked, never for its successor. */
    private record Outcome(Cell cell, Message message) implements Message {}

    private record Mark(CountDownLatch reached) implements Message {}

    private record Durable(Cell cell, @Nullable Throwable failure) implements Message {}
}
