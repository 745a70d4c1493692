package dev.capstan.executor.logic;

import java.time.Duration;

/**
 * Settings of an executor.
 *
 * @param registerInterval how often to register until the driver answers
 * @param resendInterval how long the driver may leave a report untaken before it is sent again
 * @param killTimeout how long a killed task may go on before its thread is abandoned ({@code capstan.task.killTimeout})
 * @param driverGrace how long the driver may be away, be it that it cannot be reached or does not answer, before the
 *     executor ends itself ({@code capstan.executor.driverGrace})
 */
public record ExecutorConfig(
        Duration registerInterval, Duration resendInterval, Duration killTimeout, Duration driverGrace) {
    public static ExecutorConfig defaults() {
        return new ExecutorConfig(
                Duration.ofSeconds(3), Duration.ofSeconds(2), Duration.ofSeconds(30), Duration.ofSeconds(60));
    }
}
