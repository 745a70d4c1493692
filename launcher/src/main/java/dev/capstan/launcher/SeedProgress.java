package dev.capstan.launcher;

import dev.capstan.driver.console.ProgressBar;
import dev.capstan.driver.console.Terminal;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** How far the seeds are: a bar on a terminal, a line now and then elsewhere. */
final class SeedProgress implements AutoCloseable {
    private static final int BAR = 40;
    private static final Duration BETWEEN_FRAMES = Duration.ofMillis(200);
    private static final Duration BETWEEN_LINES = Duration.ofSeconds(5);

    private final PrintWriter err;
    private final int total;
    private final boolean terminal;
    private long last = System.nanoTime();
    private int failed;
    private boolean drawn;

    SeedProgress(PrintWriter err, int total) throws InterruptedException {
        this.err = err;
        this.total = total;
        this.terminal = Terminal.ask().width() > BAR * 2;
    }

    void show(int done, boolean failure) {
        failed += failure ? 1 : 0;
        long now = System.nanoTime();
        if (now - last < (terminal ? BETWEEN_FRAMES : BETWEEN_LINES).toNanos()) {
            return;
        }
        last = now;
        String counts = String.format(Locale.ROOT, "%,d of %,d seeds", done, total);
        String text = failed == 0 ? counts : counts + ", " + failed + " failed";
        if (terminal) {
            boolean unicode = StandardCharsets.UTF_8.equals(System.err.charset());
            err.print("\r\033[K" + ProgressBar.of(done, total, BAR, unicode) + "  " + text);
            drawn = true;
        } else {
            err.println("capstan: " + text);
        }
        err.flush();
    }

    @Override
    public void close() {
        if (drawn) {
            err.print("\r\033[K");
            err.flush();
        }
    }
}
