package dev.capstan.kernel.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kernel.log.LogKeys.Threshold;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.logging.LogManager;
import java.util.logging.Logger;

final class LoggingTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    @AfterEach
    void asItWas() throws IOException {
        LogManager.getLogManager().readConfiguration();
    }

    @Test
    void whatLibrariesRepeatIsNotShownUnlessMoreIsAskedFor() {
        assertThat(shownOf("org.apache.zookeeper.ClientCnxn", Threshold.WARNING)).isEmpty();
        assertThat(shownOf("org.apache.curator.framework.imps.CuratorFrameworkImpl", Threshold.WARNING)).isEmpty();
        assertThat(shownOf("org.apache.zookeeper.ClientCnxn", Threshold.INFO)).contains("something is wrong");
    }

    @Test
    void whatOtherLibrariesWarnOfIsShown() {
        assertThat(shownOf("io.netty.channel.Something", Threshold.WARNING)).contains("something is wrong");
        assertThat(shownOf("io.netty.channel.Something", Threshold.ERROR)).isEmpty();
    }

    @Test
    void weShowWhatIsAskedFor() {
        assertThat(shownOf("dev.capstan.driver.Rdd", Threshold.WARNING)).contains("something is wrong");
        assertThat(shownOf("dev.capstan.driver.Rdd", Threshold.OFF)).isEmpty();
    }

    private String shownOf(String logger, Threshold threshold) {
        written.reset();
        Logging.install(threshold, () -> new PrintStream(written, true, StandardCharsets.UTF_8));
        Logger.getLogger(logger).warning("something is wrong");
        return written.toString(StandardCharsets.UTF_8);
    }
}
