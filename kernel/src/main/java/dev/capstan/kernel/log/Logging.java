package dev.capstan.kernel.log;

import dev.capstan.kernel.log.LogKeys.Threshold;

import java.io.PrintStream;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Sets up {@code java.util.logging}, which stands behind {@link System.Logger}, for a process of ours. */
public final class Logging {
    private static final String OURS = "dev.capstan";

    /** They say over and over, with traces, what those of us who use them say once and in words. */
    private static final List<String> TALKATIVE = List.of("org.apache.curator", "org.apache.zookeeper");

    private Logging() {}

    /**
     * Takes the place of whatever was set up before.
     *
     * @param to asked for each line, because it may change while the process runs
     */
    public static void install(Threshold threshold, Supplier<PrintStream> to) {
        LogManager.getLogManager().reset();
        List<Logger> kept = new ArrayList<>();
        kept.add(levelled(OURS, threshold.level()));
        if (threshold.level().intValue() >= Level.WARNING.intValue()) {
            TALKATIVE.forEach(name -> kept.add(levelled(name, Level.OFF)));
        }
        Logger root = Logger.getLogger("");
        root.setLevel(ofOthers(threshold));
        root.addHandler(new Printing(kept, to));
    }

    private static Logger levelled(String name, Level level) {
        Logger logger = Logger.getLogger(name);
        logger.setLevel(level);
        return logger;
    }

    /** Of other libraries what matters is enough, and never more than of ourselves. */
    private static Level ofOthers(Threshold threshold) {
        return threshold.level().intValue() > Level.WARNING.intValue() ? threshold.level() : Level.WARNING;
    }

    private static final class Printing extends Handler {
        /** Kept, since the JDK forgets loggers that nobody holds, and their levels with them. */
        @SuppressWarnings("unused")
        private final List<Logger> kept;

        private final Supplier<PrintStream> to;

        Printing(List<Logger> kept, Supplier<PrintStream> to) {
            this.kept = kept;
            this.to = to;
            setFormatter(new OneLine(ZoneId.systemDefault()));
        }

        @Override
        public void publish(LogRecord entry) {
            if (isLoggable(entry)) {
                to.get().print(getFormatter().format(entry));
            }
        }

        @Override
        public void flush() {
            to.get().flush();
        }

        @Override
        public void close() {
            // the stream is not ours
        }
    }
}
