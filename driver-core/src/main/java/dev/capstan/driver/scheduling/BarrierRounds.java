package dev.capstan.driver.scheduling;

import dev.capstan.engine.protocol.BarrierAnswer;
import dev.capstan.engine.task.BarrierCall;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/**
 * The part of the scheduler where the tasks of a barrier set wait for each other: call by call, all tasks of the set or
 * none of them pass.
 *
 * <p>Tasks that were launched together count their calls from 0. A call is over when every task has come to it; a task
 * that says it again, because it did not hear the answer, is answered again. What makes it impossible that all come is
 * told to those that wait, at once: that makes them fail, and the set runs anew or is given up as after any failure.
 */
final class BarrierRounds {
    private final Outbox outbox;

    BarrierRounds(Outbox outbox) {
        this.outbox = outbox;
    }

    /**
     * A task has come.
     *
     * @param attempt as the scheduler knows it, null if it does not
     */
    void arrived(BarrierMessage.Arrived arrived, @Nullable Attempt attempt) {
        BarrierCall call = arrived.request().call();
        if (attempt == null || attempt.killed || !attempt.set.stage.equals(call.stage())) {
            refuse(arrived, call.stage() + ": " + call.task() + " is over and cannot come to " + call.label());
            return;
        }
        ActiveSet set = attempt.set;
        BarrierState barrier = set.barrier;
        if (barrier == null) {
            refuse(
                    arrived,
                    call.kind()
                            + " was called in "
                            + set
                            + ", whose tasks do not run at once: call it in a function given to"
                            + " rdd.barrier().mapPartitions or mapPartitionsWithIndex");
            return;
        }
        BarrierRound round = roundOf(barrier, set.size());
        String failed = round.failed;
        BarrierAnswer previous = round.previous;
        if (failed != null) {
            refuse(arrived, failed);
        } else if (call.number() == round.number) {
            come(arrived, set, round, attempt.index);
        } else if (call.number() == round.number - 1 && previous != null) {
            answer(arrived, previous);
        } else {
            refuse(arrived, set + ": " + call.label() + " comes while the tasks are at call " + (round.number + 1));
        }
    }

    private static BarrierRound roundOf(BarrierState barrier, int tasks) {
        BarrierRound round = barrier.round;
        if (round == null) {
            round = new BarrierRound(tasks);
            barrier.round = round;
        }
        return round;
    }

    private static @Nullable BarrierRound open(ActiveSet set) {
        return set.barrier == null ? null : set.barrier.round;
    }

    private void come(BarrierMessage.Arrived arrived, ActiveSet set, BarrierRound round, int index) {
        BarrierCall call = arrived.request().call();
        int other = round.firstWaiting();
        round.waiting.add(arrived);
        if (round.calls[index] != null) {
            return; // it says it again
        }
        round.add(index, call);
        if (other >= 0 && round.calls[other].kind() != call.kind()) {
            fail(set, round, disagreement(set, other, round.calls[other], index, call));
        } else if (!set.finished.isEmpty()) {
            fail(set, round, missing(set, set.finished.nextSetBit(0), index, call));
        } else if (round.bytes > BarrierCall.MOST_BYTES) {
            fail(set, round, tooMuch(set, call));
        } else if (round.came == set.size()) {
            outbox.disarm(timer(set));
            answerAll(round, round.close());
        } else if (round.came == 1) {
            outbox.arm(
                    timer(set),
                    arrived.request().patience(),
                    new SchedulerTimer.BarrierIsLate(set.stage, call.number()));
        }
    }

    /** A task of the set has ended well; those that wait would wait for it in vain. */
    void finished(ActiveSet set, int index) {
        BarrierRound round = open(set);
        int waits = round == null ? -1 : round.firstWaiting();
        if (waits >= 0 && round.failed == null) {
            fail(set, round, missing(set, index, waits, round.calls[waits]));
        }
    }

    /** The tasks have waited as long as they may. */
    void late(ActiveSet set, int number) {
        BarrierRound round = open(set);
        if (round == null || round.failed != null || round.number != number || round.came == 0) {
            return;
        }
        BarrierMessage.Arrived first = round.waiting.getFirst();
        List<Integer> absent = new ArrayList<>();
        for (int index = 0; index < set.size(); index++) {
            if (round.calls[index] == null) {
                absent.add(set.partition(index));
            }
        }
        fail(
                set,
                round,
                set
                        + ": only "
                        + round.came
                        + " of "
                        + set.size()
                        + " tasks came to "
                        + first.request().call().label()
                        + " within "
                        + Texts.duration(first.request().patience().toNanos())
                        + " (capstan.barrier.timeout); those of these partitions did not: "
                        + absent);
    }

    /** The tasks of the set are told to end: nobody waits any more, and those that follow begin anew. */
    void end(ActiveSet set, String reason) {
        BarrierState barrier = set.barrier;
        if (barrier != null && barrier.round != null) {
            if (barrier.round.failed == null) {
                fail(set, barrier.round, set + ": the tasks do not meet any more: " + reason);
            }
            barrier.round = null;
        }
    }

    private void fail(ActiveSet set, BarrierRound round, String reason) {
        round.failed = reason;
        outbox.disarm(timer(set));
        answerAll(round, new BarrierAnswer.Refused(reason));
    }

    private void answerAll(BarrierRound round, BarrierAnswer answer) {
        round.waiting.forEach(waiting -> answer(waiting, answer));
        round.waiting.clear();
    }

    private void refuse(BarrierMessage.Arrived arrived, String reason) {
        answer(arrived, new BarrierAnswer.Refused(reason));
    }

    private void answer(BarrierMessage.Arrived arrived, BarrierAnswer answer) {
        outbox.tell(arrived.replyTo(), new BarrierMessage.Answered(arrived.ticket(), answer));
    }

    private static String timer(ActiveSet set) {
        return "barrier-" + set.stage;
    }

    private static String disagreement(ActiveSet set, int one, BarrierCall first, int other, BarrierCall second) {
        return set
                + ": the task of partition "
                + set.partition(one)
                + " called "
                + first.label()
                + ", that of partition "
                + set.partition(other)
                + " called "
                + second.label()
                + ": all tasks of a barrier stage must call the same things in the same order";
    }

    private static String missing(ActiveSet set, int ended, int waits, BarrierCall call) {
        return set
                + ": the task of partition "
                + set.partition(waits)
                + " waits in "
                + call.label()
                + ", but that of partition "
                + set.partition(ended)
                + " has ended without it: all tasks of a barrier stage must call the same things equally often (one"
                + " whose partition is cached calls nothing: unpersist the dataset then)";
    }

    private static String tooMuch(ActiveSet set, BarrierCall call) {
        return set
                + ": the messages of "
                + call.label()
                + " take more than "
                + BarrierCall.MOST_BYTES
                + " bytes together: exchange large data by a shuffle or by files";
    }
}
