package dev.capstan.mesos.executor;

import dev.capstan.mesos.master.HostPort;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an agent tells an executor by its environment. Agents are spoken to at their address ({@code
 * MESOS_AGENT_ENDPOINT}), also by those executors that are given a Unix socket ({@code MESOS_DOMAIN_SOCKET}) besides.
 *
 * @param agent where the agent is reached
 * @param agentId by which masters know it
 * @param checkpoint whether the executor is to survive a restart of the agent
 * @param recovery for how long the agent may be away, then
 * @param mostBackoff between two attempts to subscribe again; the agent gives up those who take longer
 * @param grace that there is to end between SHUTDOWN and the kill
 * @param token that proves who the executor is; empty where nobody asks
 * @param tls whether the agent speaks TLS
 * @param trusted a file with certificates that are trusted, then; empty for those whom the JDK trusts
 */
public record AgentEnvironment(
        HostPort agent,
        String agentId,
        String frameworkId,
        String executorId,
        boolean checkpoint,
        Duration recovery,
        Duration mostBackoff,
        Duration grace,
        String token,
        boolean tls,
        String trusted) {
    /** Erase it before code of others runs: whoever has it can speak for the executor. */
    public static final String TOKEN = "MESOS_EXECUTOR_AUTHENTICATION_TOKEN";

    private static final String ENDPOINT = "MESOS_AGENT_ENDPOINT";
    private static final String SOCKET = "MESOS_DOMAIN_SOCKET";
    private static final Pattern DURATION =
            Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ns|us|ms|secs|mins|hrs|days|weeks)");

    /**
     * Reads the variables of a process.
     *
     * @throws IllegalArgumentException when one is missing or malformed; names it
     */
    public static AgentEnvironment from(Map<String, String> variables) {
        return new AgentEnvironment(
                endpoint(variables),
                required(variables, "MESOS_SLAVE_ID"),
                required(variables, "MESOS_FRAMEWORK_ID"),
                required(variables, "MESOS_EXECUTOR_ID"),
                isOn(variables, "MESOS_CHECKPOINT"),
                duration(variables, "MESOS_RECOVERY_TIMEOUT", Duration.ofMinutes(15)),
                duration(variables, "MESOS_SUBSCRIPTION_BACKOFF_MAX", Duration.ofSeconds(2)),
                duration(variables, "MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", Duration.ofSeconds(5)),
                variables.getOrDefault(TOKEN, ""),
                isOn(variables, "LIBPROCESS_SSL_ENABLED"),
                variables.getOrDefault("LIBPROCESS_SSL_CA_FILE", ""));
    }

    private static String required(Map<String, String> variables, String name) {
        String value = variables.getOrDefault(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException(name + " is not set; a Mesos agent sets it for its executors");
        }
        return value;
    }

    /** Agents that serve executors at a Unix socket serve them at their endpoint too, and that is where we go. */
    private static HostPort endpoint(Map<String, String> variables) {
        if (variables.getOrDefault(ENDPOINT, "").isEmpty() && variables.containsKey(SOCKET)) {
            throw new IllegalArgumentException(
                    SOCKET
                            + " is set and "
                            + ENDPOINT
                            + " is not: agents are spoken to at their address only, not at a Unix socket");
        }
        String endpoint = required(variables, ENDPOINT);
        try {
            return HostPort.parse(endpoint, 0);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(ENDPOINT + ": " + e.getMessage(), e);
        }
    }

    /** Documents say true, agents say 1. */
    private static boolean isOn(Map<String, String> variables, String name) {
        String value = variables.getOrDefault(name, "");
        return value.equals("1") || value.equals("true");
    }

    private static Duration duration(Map<String, String> variables, String name, Duration usual) {
        String value = variables.getOrDefault(name, "");
        if (value.isEmpty()) {
            return usual;
        }
        Matcher matcher = DURATION.matcher(value);
        if (!matcher.matches()) {
            throw new IllegalArgumentException(name + " is '" + value + "', which is no duration like 15mins or 2secs");
        }
        BigDecimal nanos = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(nanos(matcher.group(2))));
        return Duration.ofNanos(nanos.min(BigDecimal.valueOf(Long.MAX_VALUE)).longValue());
    }

    private static long nanos(String unit) {
        return switch (unit) {
            case "ns" -> 1;
            case "us" -> 1_000;
            case "ms" -> 1_000_000;
            case "secs" -> Duration.ofSeconds(1).toNanos();
            case "mins" -> Duration.ofMinutes(1).toNanos();
            case "hrs" -> Duration.ofHours(1).toNanos();
            case "days" -> Duration.ofDays(1).toNanos();
            default -> Duration.ofDays(7).toNanos();
        };
    }

    @Override
    public String toString() {
        return "executor " + executorId + " of framework " + frameworkId + " at agent " + agentId + " on " + agent;
    }
}
