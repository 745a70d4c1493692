package dev.capstan.testing;

import org.jspecify.annotations.Nullable;

import java.text.MessageFormat;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What a class logs while this is open. */
public final class CapturedLog extends Handler implements AutoCloseable {
    private final Logger logger;
    private final @Nullable Level levelBefore;
    private final List<Line> lines = new CopyOnWriteArrayList<>();

    private record Line(Level level, String text) {}

    private CapturedLog(Logger logger) {
        this.logger = logger;
        this.levelBefore = logger.getLevel();
    }

    public static CapturedLog of(Class<?> type) {
        var log = new CapturedLog(Logger.getLogger(type.getName()));
        log.logger.addHandler(log);
        return log;
    }

    /** What a class that the test cannot name logs of this level and above, whatever else is wanted of it. */
    public static CapturedLog of(String type, Level level) {
        var log = new CapturedLog(Logger.getLogger(type));
        log.logger.setLevel(level);
        log.logger.addHandler(log);
        return log;
    }

    public List<String> lines() {
        return lines.stream().map(Line::text).toList();
    }

    /** Those of this level. */
    public List<String> lines(Level level) {
        return lines.stream().filter(line -> line.level().equals(level)).map(Line::text).toList();
    }

    @Override
    public void publish(LogRecord record) {
        Object[] parameters = record.getParameters();
        String text = record.getMessage();
        lines.add(new Line(record.getLevel(), parameters == null ? text : MessageFormat.format(text, parameters)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
        logger.setLevel(levelBefore);
    }
}
