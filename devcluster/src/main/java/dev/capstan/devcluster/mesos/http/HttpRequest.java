package dev.capstan.devcluster.mesos.http;

import java.util.Map;
import java.util.Optional;

/**
 * One request, read completely.
 *
 * @param path without what follows a question mark
 * @param query what follows it
 * @param headers by name in lower case
 * @param body as it was before it was compressed or cut into chunks
 * @param closes whether the connection ends with the answer
 */
public record HttpRequest(
        String method, String path, String query, Map<String, String> headers, byte[] body, boolean closes) {
    public HttpRequest {
        headers = Map.copyOf(headers);
    }

    /** The value of a header, whatever the case of its name. */
    public Optional<String> header(String lowerCaseName) {
        return Optional.ofNullable(headers.get(lowerCaseName));
    }

    /** The path below one that may be left out: of {@code /master/health} and {@code /health} the latter. */
    public String pathBelow(String root) {
        return path.startsWith(root + "/") ? path.substring(root.length()) : path;
    }
}
