package dev.capstan.driver.console;

import dev.capstan.driver.dag.JobEvent;
import dev.capstan.engine.id.JobId;
import dev.capstan.engine.id.StageId;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What the console knows of jobs: those that run with their stages, and what is to be said of those that ended. Has
 * neither a clock nor a thread.
 */
final class JobBoard {
    /** What waits to be printed is bounded: a terminal may stand still while jobs go on. */
    static final int MOST_MESSAGES = 200;

    private final SequencedMap<JobId, RunningJob> jobs = new LinkedHashMap<>();
    private final TreeMap<StageId, Stage> stages = new TreeMap<>();
    private final List<Message> messages = new ArrayList<>();
    private int lost;
    private Duration tooShort;

    /**
     * @param tooShort jobs that take less are not worth a line
     */
    JobBoard(Duration tooShort) {
        this.tooShort = tooShort;
    }

    private record RunningJob(String name, long sinceNanos) {}

    /** A stage that runs. */
    record Stage(JobId job, String name, long sinceNanos, int finished, int total, int failed) {}

    /** Something to be said once, and how long that took of which it tells. */
    private record Message(String text, Duration took) {
        static final Duration ALWAYS = Duration.ofDays(365);
    }

    void accept(JobEvent event, long now) {
        switch (event) {
            case JobEvent.JobStarted(var job, var name, _, _) -> jobs.put(job, new RunningJob(name, now));
            case JobEvent.StageStarted(var attempt, var job, var name, var tasks) ->
                    stages.merge(attempt.stage(), new Stage(job, name, now, 0, tasks, 0), (known, _) -> known);
            case JobEvent.StageProgress(var id, var job, var name, var finished, var total, var failed) -> {
                Stage known = stages.get(id);
                long since = known == null ? now : known.sinceNanos;
                if (finished < total && jobs.containsKey(job)) {
                    stages.put(id, new Stage(job, name, since, finished, total, failed));
                }
            }
            case JobEvent.StageFinished(var id, _, _) -> stages.remove(id);
            case JobEvent.JobEnded(var job, var ending, var summary) -> {
                stages.values().removeIf(stage -> stage.job.equals(job));
                RunningJob ended = jobs.remove(job);
                if (ended != null) {
                    Duration took = Duration.ofNanos(now - ended.sinceNanos);
                    say(new Message(Texts.summary(ended.name, ending, summary, took), took));
                }
            }
            case JobEvent.Notice(var text) -> say(new Message(text, Message.ALWAYS));
            case JobEvent.PartitionResult _,
                    JobEvent.AccumulatorsUpdated _,
                    JobEvent.ExecutorRegistered _,
                    JobEvent.ExecutorLost _,
                    JobEvent.StatusTold _,
                    JobEvent.Explained _ -> {
                // for whoever waits or asked
            }
        }
    }

    /** The context is closed, and no job ends any more. */
    void close(long now) {
        jobs.values()
                .forEach(job -> {
                    Duration ran = Duration.ofNanos(now - job.sinceNanos);
                    say(new Message(job.name + " ended unfinished with its context after " + Texts.time(ran), ran));
                });
        jobs.clear();
        stages.clear();
    }

    private void say(Message message) {
        if (message.took.compareTo(tooShort) < 0) {
            return;
        }
        if (messages.size() < MOST_MESSAGES) {
            messages.add(message);
        } else {
            lost++;
        }
    }

    /** Nothing is said any more of what takes less time. */
    void ignoreShorterThan(Duration time) {
        tooShort = time;
        messages.removeIf(message -> message.took.compareTo(tooShort) < 0);
    }

    /** What is to be said, once. */
    List<String> takeMessages() {
        List<String> texts = new ArrayList<>();
        messages.forEach(message -> texts.add(message.text));
        if (lost > 0) {
            texts.add("(" + lost + " more messages were lost, because the terminal stood still)");
        }
        messages.clear();
        lost = 0;
        return texts;
    }

    boolean hasMessages() {
        return !messages.isEmpty();
    }

    /** When something of the jobs that run may be shown for the first time. */
    long shownFrom() {
        return jobs.firstEntry().getValue().sinceNanos + tooShort.toNanos();
    }

    boolean hasJobs() {
        return !jobs.isEmpty();
    }

    /** The stages that run for jobs that are not short, the oldest first. */
    List<Stage> stages(long now) {
        return stages.values().stream()
                .filter(stage -> {
                    RunningJob job = jobs.get(stage.job);
                    return job != null && now - job.sinceNanos >= tooShort.toNanos();
                })
                .sorted(Comparator.comparingLong(Stage::sinceNanos))
                .toList();
    }
}
