package dev.capstan.kernel.log;

import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.Level;
import java.util.logging.LogRecord;

/**
 * A line for each record: {@code 14:03:07.120 W TaskScheduler lease-4 ended: the host is gone}. What belongs to it, as
 * further lines of the message or an exception, is indented below; of an exception only the first frames are shown.
 */
final class OneLine extends Formatter {
    private static final int MOST_FRAMES = 8;
    private static final int MOST_CAUSES = 4;
    private static final String INDENT = "    ";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);

    private final ZoneId zone;

    OneLine(ZoneId zone) {
        this.zone = zone;
    }

    @Override
    public String format(LogRecord entry) {
        var text = new StringBuilder();
        text.append(TIME.format(entry.getInstant().atZone(zone)))
                .append(' ')
                .append(letter(entry.getLevel()))
                .append(' ')
                .append(shortName(entry.getLoggerName()))
                .append("  ")
                .append(formatMessage(entry).strip().replace("\n", "\n" + INDENT))
                .append('\n');
        Throwable failure = entry.getThrown();
        String prefix = "";
        for (int i = 0; failure != null && i < MOST_CAUSES; i++) {
            append(prefix, failure, text);
            failure = failure.getCause();
            prefix = "caused by ";
        }
        return text.toString();
    }

    private static void append(String prefix, Throwable failure, StringBuilder text) {
        text.append(INDENT).append(prefix).append(failure.toString().replace("\n", "\n" + INDENT)).append('\n');
        StackTraceElement[] frames = failure.getStackTrace();
        for (int i = 0; i < Math.min(MOST_FRAMES, frames.length); i++) {
            text.append(INDENT).append("  at ").append(frames[i]).append('\n');
        }
        if (frames.length > MOST_FRAMES) {
            text.append(INDENT).append("  ... ").append(frames.length - MOST_FRAMES).append(" more frames\n");
        }
    }

    private static char letter(Level level) {
        int value = level.intValue();
        if (value >= Level.SEVERE.intValue()) {
            return 'E';
        }
        if (value >= Level.WARNING.intValue()) {
            return 'W';
        }
        if (value >= Level.INFO.intValue()) {
            return 'I';
        }
        return value >= Level.FINE.intValue() ? 'D' : 'T';
    }

    private static String shortName(String logger) {
        return logger == null || logger.isEmpty() ? "root" : logger.substring(logger.lastIndexOf('.') + 1);
    }
}
