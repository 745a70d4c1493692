package dev.capstan.devcluster.mesos.agent;

import dev.capstan.devcluster.mesos.message.DurationText;

import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/** All variables that an executor is given. It inherits nothing of the agent's own. */
final class ExecutorEnvironment {
    private static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private ExecutorEnvironment() {}

    static SequencedMap<String, String> of(AgentConfig config, AgentInfo agent, ExecutorRun run) {
        FrameworkInfo framework = run.framework;
        ExecutorInfo executor = run.executor;
        var environment = new LinkedHashMap<String, String>();
        String endpoint = config.ip() + ":" + agent.getPort();
        environment.put("PATH", PATH);
        environment.putAll(config.executors().environment());
        environment.put("LIBPROCESS_IP", config.ip());
        environment.put("LIBPROCESS_PORT", "0");
        environment.put("MESOS_AGENT_ENDPOINT", endpoint);
        environment.put("MESOS_CHECKPOINT", framework.getCheckpoint() ? "1" : "0");
        environment.put("MESOS_DIRECTORY", run.directory);
        environment.put("MESOS_EXECUTOR_ID", executor.getExecutorId().getValue());
        environment.put("MESOS_EXECUTOR_SHUTDOWN_GRACE_PERIOD", DurationText.of(grace(config, executor)));
        environment.put("MESOS_FRAMEWORK_ID", framework.getId().getValue());
        environment.put("MESOS_HTTP_COMMAND_EXECUTOR", "0");
        environment.put("MESOS_SANDBOX", run.directory);
        environment.put("MESOS_SLAVE_ID", agent.getId().getValue());
        environment.put("MESOS_SLAVE_PID", "slave(1)@" + endpoint);
        if (framework.getCheckpoint()) {
            environment.put("MESOS_RECOVERY_TIMEOUT", DurationText.of(config.executors().recoveryTimeout()));
            environment.put(
                    "MESOS_SUBSCRIPTION_BACKOFF_MAX", DurationText.of(config.executors().reregistrationTimeout()));
        }
        ExecutorTokens tokens = config.executors().tokens();
        if (tokens.areNeeded()) {
            environment.put(
                    "MESOS_EXECUTOR_AUTHENTICATION_TOKEN",
                    tokens.of(framework.getId(), executor.getExecutorId(), run.container));
        }
        for (var variable : executor.getCommand().getEnvironment().getVariablesList()) {
            environment.put(variable.getName(), variable.getValue());
        }
        return environment;
    }

    /** How long an executor may take to end. */
    static Duration grace(AgentConfig config, ExecutorInfo executor) {
        return executor.hasShutdownGracePeriod()
                ? Duration.ofNanos(executor.getShutdownGracePeriod().getNanoseconds())
                : config.executors().shutdownGrace();
    }
}
