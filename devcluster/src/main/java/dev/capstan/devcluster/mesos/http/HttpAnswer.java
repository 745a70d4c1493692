package dev.capstan.devcluster.mesos.http;

import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * An answer that is complete.
 *
 * @param headers besides those that every answer has
 */
public record HttpAnswer(int status, SequencedMap<String, String> headers, byte[] body) {
    public HttpAnswer {
        headers = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(headers));
    }

    /** Nothing but a status. */
    public static HttpAnswer empty(int status) {
        return new HttpAnswer(status, new LinkedHashMap<>(), new byte[0]);
    }

    /** A status with its reason. */
    public static HttpAnswer text(int status, String text) {
        return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
    }

    public static HttpAnswer of(int status, String contentType, byte[] body) {
        return new HttpAnswer(status, new LinkedHashMap<>(Map.of("Content-Type", contentType)), body);
    }

    /** The same with one header more. */
    public HttpAnswer with(String header, String value) {
        var more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new HttpAnswer(status, more, body);
    }
}
