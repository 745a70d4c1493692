package dev.capstan.mesos.scheduler;

import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.TaskStatus;

import java.util.ArrayList;
import java.util.List;

/** The part of a {@link FrameworkScheduler} that follows tasks from their launch to their end. */
final class Tasks {
    private final Book book;
    private final Offers offers;
    private final FrameworkUser user;
    private final Questions questions;
    private final Unheard unheard;
    private final Kills kills;

    /**
     * @param offers told which tasks are over, since it counts where those of a group are
     */
    Tasks(Book book, Offers offers, FrameworkUser user, FrameworkConfig.Timing.Tasks timing) {
        this.book = book;
        this.offers = offers;
        this.user = user;
        this.questions = new Questions(timing);
        this.unheard = new Unheard(timing);
        this.kills = new Kills(timing);
    }

    List<Effect> onSubscribed(Calls calls) {
        List<Effect> effects = new ArrayList<>(questions.onSubscribed(book, calls));
        effects.addAll(killAgain(calls, true));
        return effects;
    }

    void onDisconnected() {
        questions.onDisconnected();
    }

    List<Effect> onLaunched(List<String> ids, long nowNanos) {
        return unheard.onLaunched(ids, nowNanos);
    }

    /**
     * The task is not wanted any more.
     *
     * @param connected whether there is a master to be told
     */
    List<Effect> onCancelled(String taskId, Calls calls, boolean connected) {
        MesosTask task = book.task(taskId);
        if (task == null || task.cancelled()) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        effects.add(book.write(new FrameworkEntry.Cancelled(taskId)));
        effects.addAll(kills.onCancelled(task, calls, connected));
        return effects;
    }

    /**
     * @param connected whether there is a master to be told
     */
    List<Effect> killAgain(Calls calls, boolean connected) {
        return kills.again(book.tasks(), calls, connected);
    }

    List<Effect> askAgain(Calls calls) {
        return questions.askAgain(book, calls);
    }

    List<Effect> askAboutAll(Calls calls) {
        return questions.askAboutAll(book, calls);
    }

    List<Effect> askForUnknown(Calls calls) {
        return questions.askForUnknown(calls);
    }

    /**
     * Asks for those of which nothing was heard since their launch.
     *
     * @param connected whether there is a master to be asked
     */
    List<Effect> checkLaunches(Calls calls, boolean connected, long nowNanos) {
        List<MesosTask> overdue = unheard.takeOverdue(book, nowNanos);
        List<Effect> effects = new ArrayList<>();
        if (connected) {
            effects.addAll(questions.ask(overdue, calls));
        }
        effects.addAll(unheard.watch());
        return effects;
    }

    /**
     * @param partitionAware whether the master uses LOST only where it does not know better
     */
    List<Effect> onStatus(TaskStatus status, boolean partitionAware, Calls calls) {
        String taskId = status.getTaskId().getValue();
        List<Effect> effects = new ArrayList<>();
        questions.onAnswer(taskId);
        unheard.onHeard(taskId);
        MesosTask task = book.task(taskId);
        if (!status.hasState()) {
            acknowledge(status, calls, effects); // a state that is newer than we are
        } else if (task == null) {
            acknowledge(status, calls, effects);
            if (TaskStates.mayStillRun(status.getState())) {
                effects.add(calls.kill(taskId, status.getAgentId().getValue()));
            }
        } else if (TaskStates.isEnd(status, partitionAware)) {
            effects.addAll(end(taskId, TaskEnd.of(status)));
            acknowledge(status, calls, effects);
        } else {
            if (task.state() != status.getState()) {
                effects.add(book.write(new FrameworkEntry.Changed(taskId, status.getState())));
            }
            acknowledge(status, calls, effects);
            effects.add(user.tell(new FrameworkEvent.TaskChanged(taskId, status)));
            if (TaskStates.isDoubtful(status.getState())) {
                effects.addAll(questions.ask(List.of(task), calls));
            }
        }
        return effects;
    }

    private static void acknowledge(TaskStatus status, Calls calls, List<Effect> effects) {
        if (status.hasUuid() && status.hasAgentId()) { // both are in every update that waits for it
            effects.add(calls.acknowledge(status));
        }
    }

    /** Without effect when it is over already. */
    List<Effect> end(String taskId, TaskEnd end) {
        if (book.task(taskId) == null) {
            return List.of();
        }
        unheard.onHeard(taskId);
        offers.onEnded(taskId);
        return List.of(
                book.write(new FrameworkEntry.Ended(taskId)), user.tell(new FrameworkEvent.TaskEnded(taskId, end)));
    }
}
