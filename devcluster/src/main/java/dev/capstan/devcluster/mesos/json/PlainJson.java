package dev.capstan.devcluster.mesos.json;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Map;

/** Maps, lists, texts, numbers and truths as JSON. */
public final class PlainJson {
    private PlainJson() {}

    /** The value as one line of JSON. */
    public static String write(@Nullable Object value) {
        var json = new StringBuilder();
        write(value, json);
        return json.toString();
    }

    private static void write(@Nullable Object value, StringBuilder json) {
        switch (value) {
            case Map<?, ?> map -> {
                String separator = "{";
                for (Map.Entry<?, ?> each : map.entrySet()) {
                    json.append(separator);
                    ProtoJson.text(String.valueOf(each.getKey()), json);
                    json.append(':');
                    write(each.getValue(), json);
                    separator = ",";
                }
                json.append(map.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                String separator = "[";
                for (Object each : list) {
                    json.append(separator);
                    write(each, json);
                    separator = ",";
                }
                json.append(list.isEmpty() ? "[]" : "]");
            }
            case String text -> ProtoJson.text(text, json);
            case Number number -> json.append(number);
            case Boolean truth -> json.append(truth);
            case null -> json.append("null");
            default -> throw new IllegalArgumentException(value.getClass() + " is nothing that JSON knows");
        }
    }
}
