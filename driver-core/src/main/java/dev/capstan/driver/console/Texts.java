package dev.capstan.driver.console;

import dev.capstan.driver.dag.JobEvent.Ending;
import dev.capstan.driver.dag.JobEvent.JobSummary;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How jobs and stages look, as text. */
final class Texts {
    private static final int MOST_BARS = 3;
    private static final int LONGEST_NAME = 48;
    private static final int SHORTEST_BAR = 8;
    private static final int LONGEST_BAR = 50;

    private Texts() {}

    /** One line on a job that ended. */
    static String summary(String name, Ending ending, JobSummary summary, Duration took) {
        String how =
                switch (ending) {
                    case Ending.Succeeded() -> "took ";
                    case Ending.Failed _, Ending.Unserved _ -> "failed after ";
                    case Ending.Cancelled _ -> "was cancelled after ";
                };
        var counts = new ArrayList<String>();
        counts.add(count(summary.stagesRun(), "stage"));
        if (summary.stagesSkipped() > 0) {
            counts.add(summary.stagesSkipped() + " skipped");
        }
        counts.add(count(summary.tasks(), "task"));
        if (summary.failedTasks() > 0) {
            counts.add(count(summary.failedTasks(), "failed attempt"));
        }
        return name + " " + how + time(took) + ": " + String.join(", ", counts);
    }

    private static String count(int number, String what) {
        return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
    }

    /** {@code 0.7 s}, {@code 42 s}, {@code 3:07 min}, {@code 1:02:03 h}. */
    static String time(Duration time) {
        long seconds = time.toSeconds();
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1e3);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d h", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }

    /** One line for where no bars can be drawn. */
    static String line(List<JobBoard.Stage> stages) {
        return shown(stages).stream().map(stage -> stage.name() + ": " + tasks(stage)).collect(Collectors.joining("; "))
                + more(stages, "; ");
    }

    /** A line with a bar for each of the first stages, none longer than the width. */
    static List<String> bars(List<JobBoard.Stage> stages, long now, int width, boolean unicode) {
        List<JobBoard.Stage> shown = shown(stages);
        List<String> ends =
                shown.stream()
                        .map(stage -> tasks(stage) + "  " + time(Duration.ofNanos(now - stage.sinceNanos())))
                        .toList();
        int end = ends.stream().mapToInt(String::length).max().orElse(0);
        int longest = shown.stream().mapToInt(stage -> stage.name().length()).max().orElse(0);
        int name = Math.min(longest, Math.min(LONGEST_NAME, width - end - SHORTEST_BAR - 4));
        int bar = Math.min(LONGEST_BAR, width - end - Math.max(0, name) - 4);
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < shown.size(); i++) {
            JobBoard.Stage stage = shown.get(i);
            String line =
                    name < 4
                            ? clip(ends.get(i), width)
                            : pad(clip(stage.name(), name), name)
                                    + "  "
                                    + ProgressBar.of(stage.finished(), stage.total(), bar, unicode)
                                    + "  "
                                    + ends.get(i);
            lines.add(line);
        }
        String more = more(stages, "");
        if (!more.isEmpty()) {
            lines.add(clip(more, width));
        }
        return lines;
    }

    private static List<JobBoard.Stage> shown(List<JobBoard.Stage> stages) {
        return stages.subList(0, Math.min(MOST_BARS, stages.size()));
    }

    private static String more(List<JobBoard.Stage> stages, String before) {
        return stages.size() > MOST_BARS ? before + "and " + count(stages.size() - MOST_BARS, "more stage") : "";
    }

    private static String tasks(JobBoard.Stage stage) {
        String tasks = String.format(Locale.ROOT, "%,d of %,d tasks", stage.finished(), stage.total());
        return stage.failed() == 0 ? tasks : tasks + ", " + stage.failed() + " failed";
    }

    private static String clip(String text, int width) {
        return text.length() <= width ? text : text.substring(0, Math.max(0, width - 1)) + "…";
    }

    private static String pad(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
