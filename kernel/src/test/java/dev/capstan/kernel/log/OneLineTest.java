package dev.capstan.kernel.log;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;

class OneLineTest {
    private final OneLine format = new OneLine(ZoneOffset.UTC);

    @Test
    void aRecordIsALineWithTimeLevelNameAndMessage() {
        LogRecord entry = entry(Level.WARNING, "lease {0} ended: {1}");
        entry.setParameters(new Object[] {4, "gone"});
        assertThat(format.format(entry)).isEqualTo("14:03:07.120 W TaskScheduler  lease 4 ended: gone\n");
    }

    @Test
    void theLevelIsALetter() {
        var letters = new StringBuilder();
        for (Level level : new Level[] {Level.SEVERE, Level.WARNING, Level.INFO, Level.FINE, Level.FINER}) {
            letters.append(format.format(entry(level, "")).charAt(13));
        }
        assertThat(letters).hasToString("EWIDT");
    }

    @Test
    void moreLinesOfAMessageAreIndented() {
        assertThat(format.format(entry(Level.INFO, "first\nsecond\n")))
                .isEqualTo("14:03:07.120 I TaskScheduler  first\n    second\n");
    }

    @Test
    void anExceptionIsTrimmedBelowItsLine() {
        LogRecord entry = entry(Level.SEVERE, "it broke");
        var cause = new IllegalStateException("deep down");
        var failure = new IllegalArgumentException("above", cause);
        StackTraceElement[] frames = new StackTraceElement[20];
        Arrays.fill(frames, new StackTraceElement("A", "b", "A.java", 1));
        failure.setStackTrace(frames);
        cause.setStackTrace(new StackTraceElement[0]);
        entry.setThrown(failure);
        assertThat(format.format(entry).lines().toList())
                .hasSize(1 + 1 + 8 + 1 + 1)
                .startsWith("14:03:07.120 E TaskScheduler  it broke", "    java.lang.IllegalArgumentException: above")
                .endsWith("      ... 12 more frames", "    caused by java.lang.IllegalStateException: deep down");
    }

    @Test
    void theLevelDecidesWhatIsPrinted() throws Exception {
        var bytes = new ByteArrayOutputStream();
        var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Logging.install(LogKeys.Threshold.INFO, () -> stream);
        try {
            System.Logger log = System.getLogger("dev.capstan.some.Thing");
            log.log(System.Logger.Level.DEBUG, "not this");
            log.log(System.Logger.Level.INFO, "{0} of {1}", 3, 4);
            System.getLogger("org.other.Library").log(System.Logger.Level.INFO, "nor this");
        } finally {
            LogManager.getLogManager().readConfiguration();
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).matches("\\S+ I Thing  3 of 4\n");
    }

    @Test
    void whoWantsErrorsOnlyIsNotWarnedByOtherLibrariesEither() throws Exception {
        var bytes = new ByteArrayOutputStream();
        var stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        Logging.install(LogKeys.Threshold.ERROR, () -> stream);
        try {
            System.Logger other = System.getLogger("org.other.Library");
            other.log(System.Logger.Level.WARNING, "not this");
            other.log(System.Logger.Level.ERROR, "but this");
        } finally {
            LogManager.getLogManager().readConfiguration();
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8)).matches("\\S+ E Library  but this\n");
    }

    private static LogRecord entry(Level level, String message) {
        var entry = new LogRecord(level, message);
        entry.setInstant(Instant.parse("2026-11-21T14:03:07.120Z"));
        entry.setLoggerName("dev.capstan.driver.TaskScheduler");
        return entry;
    }
}
