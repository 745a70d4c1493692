package dev.capstan.devcluster.mesos;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Writes what was parsed as JSON. */
final class JsonText {
    private JsonText() {}

    static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case Map<?, ?> map ->
                    map.entrySet().stream()
                            .map(each -> quoted(String.valueOf(each.getKey())) + ":" + of(each.getValue()))
                            .collect(Collectors.joining(",", "{", "}"));
            case List<?> list -> list.stream().map(JsonText::of).collect(Collectors.joining(",", "[", "]"));
            case String text -> quoted(text);
            default -> value.toString();
        };
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
