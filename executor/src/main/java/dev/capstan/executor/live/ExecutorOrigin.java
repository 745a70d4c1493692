package dev.capstan.executor.live;

import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.rpc.socket.Secret;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an executor process is told when it is started; everything else it asks its driver. The secret goes through the
 * environment, because command lines can be read by everybody on a machine.
 *
 * @param id of this life
 * @param place where it runs
 * @param application whose secret it knows
 * @param driver the task scheduler
 * @param driverAt where the driver listens
 * @param logs the directory for its log, which is there
 */
public record ExecutorOrigin(
        ExecutorId id,
        LeaseId lease,
        ExecutorPlace place,
        Resources resources,
        String application,
        Epoch epoch,
        Address driver,
        InetSocketAddress driverAt,
        boolean encrypted,
        Secret secret,
        Path logs) {
    /** The environment variable with the secret. */
    public static final String SECRET = "CAPSTAN_EXECUTOR_SECRET";

    private static final String MAIN = "dev.capstan.executor.live.ExecutorMain";

    /** The class to run and its arguments. */
    public List<String> command() {
        List<String> command = new ArrayList<>(List.of(MAIN));
        command.addAll(List.of("--id", id.name(), "--lease", lease.name()));
        command.addAll(place.options());
        command.addAll(List.of("--milli-cpus", Long.toString(resources.milliCpus())));
        command.addAll(List.of("--memory", Long.toString(resources.memoryBytes())));
        resources.named().forEach((name, milli) -> command.addAll(List.of("--named", name + "=" + milli)));
        command.addAll(List.of("--application", application, "--epoch", Long.toString(epoch.number())));
        command.addAll(List.of("--driver", driver.node() + "/" + driver.actor()));
        command.addAll(List.of("--driver-at", driverAt.getHostString() + ":" + driverAt.getPort()));
        command.addAll(List.of("--logs", logs.toString()));
        if (encrypted) {
            command.add("--encrypted");
        }
        return command;
    }

    public Map<String, String> environment() {
        return Map.of(SECRET, secret.reveal());
    }

    /**
     * @throws IllegalArgumentException when something is missing or malformed, and what
     */
    static ExecutorOrigin parse(String[] arguments, Map<String, String> environment) {
        Map<String, String> values = new HashMap<>();
        Map<String, Long> named = new HashMap<>();
        boolean encrypted = false;
        for (int i = 0; i < arguments.length; i++) {
            String option = arguments[i];
            if (option.equals("--encrypted")) {
                encrypted = true;
            } else if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(option + " has no value");
            } else if (option.equals("--named")) {
                String[] parts = arguments[++i].split("=", 2);
                named.put(parts[0], Long.parseLong(parts[1]));
            } else {
                values.put(option, arguments[++i]);
            }
        }
        String secret = environment.get(SECRET);
        if (secret == null) {
            throw new IllegalArgumentException("the environment variable " + SECRET + " is not set");
        }
        return new ExecutorOrigin(
                new ExecutorId(required(values, "--id")),
                new LeaseId(required(values, "--lease")),
                ExecutorPlace.parse(values),
                new Resources(
                        Long.parseLong(required(values, "--milli-cpus")),
                        new ByteSize(Long.parseLong(required(values, "--memory"))).bytes(),
                        named),
                required(values, "--application"),
                new Epoch(Long.parseLong(required(values, "--epoch"))),
                address(required(values, "--driver")),
                socket(required(values, "--driver-at")),
                encrypted,
                Secret.of(secret),
                Path.of(required(values, "--logs")));
    }

    private static String required(Map<String, String> values, String option) {
        String value = values.get(option);
        if (value == null) {
            throw new IllegalArgumentException(option + " is missing");
        }
        return value;
    }

    private static Address address(String text) {
        int slash = text.indexOf('/');
        return new Address(text.substring(0, slash), text.substring(slash + 1));
    }

    private static InetSocketAddress socket(String text) {
        int colon = text.lastIndexOf(':');
        return InetSocketAddress.createUnresolved(
                text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
    }
}
