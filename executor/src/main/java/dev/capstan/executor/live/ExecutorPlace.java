package dev.capstan.executor.live;

import dev.capstan.kernel.rpc.socket.SocketSettings;

import java.util.List;
import java.util.Map;

/**
 * Where an executor listens, and how others reach it.
 *
 * @param host the name under which others reach it
 * @param bind the address that it listens at: another one where it does not have that of the host, as in a container
 * @param port that it was given, or 0 for any that is free
 */
public record ExecutorPlace(String host, String bind, int port) {
    private static final String HOST = "--host";
    private static final String BIND = "--bind";
    private static final String PORT = "--port";

    /** Any free port of a host, at the address by which others reach it. */
    public static ExecutorPlace at(String host) {
        return new ExecutorPlace(host, host, 0);
    }

    List<String> options() {
        return List.of(HOST, host, BIND, bind, PORT, Integer.toString(port));
    }

    /** For a shell that knows more: these come behind the other options, and win. Each is quoted as it is to be. */
    public static String options(String host, String bind, String port) {
        return String.join(" ", HOST, host, BIND, bind, PORT, port);
    }

    static ExecutorPlace parse(Map<String, String> values) {
        String host = values.get(HOST);
        if (host == null) {
            throw new IllegalArgumentException(HOST + " is missing");
        }
        return new ExecutorPlace(
                host, values.getOrDefault(BIND, host), Integer.parseInt(values.getOrDefault(PORT, "0")));
    }

    /**
     * The port that it was given may be taken all the same, where agents of one machine offer the same ones, or
     * somebody listens who never asked. Then any other is better than no executor.
     */
    SocketSettings listening(SocketSettings network) {
        return network.at(host, bind, port);
    }
}
