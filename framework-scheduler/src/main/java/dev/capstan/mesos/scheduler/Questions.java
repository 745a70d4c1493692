package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;

/**
 * The part of a {@link FrameworkScheduler} that asks the master about tasks.
 *
 * <p>No answer means nothing: a master that has taken over does not answer for agents that have not come back yet. So
 * those without an answer are asked for again, ever more rarely, for as long as they are in the book.
 */
final class Questions {
    private static final String ASK_AGAIN = "ask-again";
    private static final String ASK_ALL = "ask-about-all";
    private static final String ASK_UNKNOWN = "ask-for-unknown";
    private static final int MOST_IN_A_CALL = 1_000;

    private final FrameworkConfig.Timing.Tasks timing;
    private final SequencedSet<String> open = new LinkedHashSet<>();
    private Duration patience;

    Questions(FrameworkConfig.Timing.Tasks timing) {
        this.timing = timing;
        this.patience = timing.firstAnswerPatience();
    }

    /** Asks about all tasks, and from now on again and again, in turns with the question for tasks we do not know. */
    List<Effect> onSubscribed(Book book, Calls calls) {
        List<Effect> effects = askAboutAll(book, calls);
        effects.add(armUnknown(timing.askAboutAll().dividedBy(2)));
        return effects;
    }

    List<Effect> askAboutAll(Book book, Calls calls) {
        List<Effect> effects = new ArrayList<>(ask(book.tasks(), calls));
        effects.add(new Effect.Arm(ASK_ALL, timing.askAboutAll(), new FrameworkMessage.AskAboutAll()));
        return effects;
    }

    /** An empty question is answered with all that the master knows of us. */
    List<Effect> askForUnknown(Calls calls) {
        return List.of(calls.reconcile(List.of()), armUnknown(timing.askForUnknown()));
    }

    private static Effect armUnknown(Duration after) {
        return new Effect.Arm(ASK_UNKNOWN, after, new FrameworkMessage.AskForUnknown());
    }

    /** Asks now; a round that runs starts anew. */
    List<Effect> ask(Collection<MesosTask> tasks, Calls calls) {
        if (tasks.isEmpty()) {
            return List.of();
        }
        tasks.forEach(task -> open.add(task.id()));
        patience = timing.firstAnswerPatience();
        List<Effect> effects = say(List.copyOf(tasks), calls);
        effects.add(again());
        return effects;
    }

    /** Something was heard about the task, whether because of a question or not. */
    void onAnswer(String taskId) {
        open.remove(taskId);
    }

    /** What was asked on an older connection has no answer. */
    void onDisconnected() {
        open.clear();
    }

    List<Effect> askAgain(Book book, Calls calls) {
        open.removeIf(id -> book.task(id) == null);
        if (open.isEmpty()) {
            return List.of();
        }
        Duration doubled = patience.multipliedBy(2);
        Duration most = timing.mostAnswerPatience();
        patience = doubled.compareTo(most) > 0 ? most : doubled;
        List<Effect> effects = say(open.stream().map(book::task).map(Objects::requireNonNull).toList(), calls);
        effects.add(again());
        return effects;
    }

    private Effect again() {
        return new Effect.Arm(ASK_AGAIN, patience, new FrameworkMessage.AskAgain());
    }

    private static List<Effect> say(List<MesosTask> tasks, Calls calls) {
        List<Effect> effects = new ArrayList<>();
        for (int from = 0; from < tasks.size(); from += MOST_IN_A_CALL) {
            effects.add(calls.reconcile(tasks.subList(from, Math.min(tasks.size(), from + MOST_IN_A_CALL))));
        }
        return effects;
    }
}
