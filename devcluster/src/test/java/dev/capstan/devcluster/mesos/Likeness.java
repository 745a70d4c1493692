package dev.capstan.devcluster.mesos;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Compares what was recorded with what comes now. Ids are learnt as they come, and must then stay the same; times,
 * ports and process ids are passed over.
 */
final class Likeness {
    private static final Set<String> PASSED_OVER =
            Set.of(
                    "timestamp",
                    "executor_pid",
                    "port",
                    "pid",
                    "capabilities",
                    "container_id",
                    "registered_time",
                    "reregistered_time");
    private static final Pattern ID =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(-[A-Z]?[0-9]+)?");

    /** As JSON has it. */
    private static final Pattern UUID = Pattern.compile("[A-Za-z0-9+/]{22}==");

    private final boolean amounts;
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final List<String> differences = new ArrayList<>();
    private String note = "";

    /**
     * @param amounts whether offers must come in the same portions
     */
    Likeness(boolean amounts) {
        this.amounts = amounts;
    }

    /** What is to be read here wherever the other stands in the recording. */
    void learn(String recorded, String ours) {
        ids.put(recorded, ours);
    }

    /** What is being done, for whoever reads of a difference. */
    void at(String doing) {
        note = doing;
    }

    /** What was answered differently; empty at best. */
    List<String> differences() {
        return List.copyOf(differences);
    }

    void differs(String who, String expected, String ours) {
        differences.add("[" + note + "] " + who + "\n    recorded: " + expected + "\n    ours:     " + ours);
    }

    /** The same with the ids that were learnt. */
    String mapped(String text) {
        String mapped = text;
        for (String id : ids.keySet().stream().sorted(Comparator.comparing(String::length).reversed()).toList()) {
            mapped = mapped.replace(id, ids.getOrDefault(id, id));
        }
        return mapped;
    }

    /** The same with the ids that were learnt, in a message of bytes, where each must be as long as before. */
    byte[] mapped(byte[] message) {
        String mapped = new String(message, StandardCharsets.ISO_8859_1);
        for (Map.Entry<String, String> each : ids.entrySet()) {
            mapped = replaced(mapped, each.getKey(), each.getValue());
            if (UUID.matcher(each.getKey()).matches()) {
                mapped = replaced(mapped, decoded(each.getKey()), decoded(each.getValue()));
            }
        }
        return mapped.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String replaced(String message, String recorded, String ours) {
        if (message.contains(recorded) && recorded.length() != ours.length()) {
            throw new IllegalStateException(ours + " is not as long as " + recorded);
        }
        return message.replace(recorded, ours);
    }

    private static String decoded(String uuid) {
        return new String(Base64.getDecoder().decode(uuid), StandardCharsets.ISO_8859_1);
    }

    void compare(String who, String path, @Nullable Object expected, @Nullable Object ours) {
        switch (expected) {
            case null -> {}
            case Map<?, ?> map -> {
                if (!(ours instanceof Map<?, ?> other)) {
                    differs(who, path + ": " + expected, String.valueOf(ours));
                    return;
                }
                map.forEach((name, value) -> {
                    boolean isPassedOver = PASSED_OVER.contains(String.valueOf(name)) || isUnknown(path, name);
                    if (!isPassedOver && (amounts || !name.equals("resources"))) {
                        compare(who, path + "." + name, value, other.get(name));
                    }
                });
                other.keySet().stream()
                        .filter(name -> !map.containsKey(name) && !PASSED_OVER.contains(String.valueOf(name)))
                        .forEach(name -> differs(who, path + "." + name + " is not there", "" + other.get(name)));
            }
            case List<?> list -> {
                List<?> wanted = sorted(list);
                List<?> others = ours instanceof List<?> it ? sorted(it) : List.of();
                if (wanted.size() != others.size()) {
                    differs(who, path + ": " + wanted, String.valueOf(ours));
                    return;
                }
                for (int i = 0; i < wanted.size(); i++) {
                    compare(who, path + "[" + i + "]", wanted.get(i), others.get(i));
                }
            }
            case BigDecimal number when path.endsWith("unreachable_time.nanoseconds") ->
                    learnt(who, path, number.toString(), String.valueOf(ours)); // the same each time
            case BigDecimal number -> {
                if (!(ours instanceof BigDecimal other) || number.compareTo(other) != 0) {
                    differs(who, path + ": " + number, String.valueOf(ours));
                }
            }
            case String text -> compareText(who, path, text, String.valueOf(ours));
            default -> {
                if (!expected.equals(ours)) {
                    differs(who, path + ": " + expected, String.valueOf(ours));
                }
            }
        }
    }

    /** What our classes of the messages have no field for. */
    private static boolean isUnknown(String path, Object name) {
        return path.endsWith(".agent_info") && "checkpoint".equals(name);
    }

    /** Resources have no order that means anything, nor have executors, nor the agents of one round of offers. */
    private List<?> sorted(List<?> list) {
        return list.stream().sorted(Comparator.comparing(this::rank)).toList();
    }

    private String rank(@Nullable Object each) {
        if (!(each instanceof Map<?, ?> map)) {
            return "";
        }
        String name = map.get("name") != null ? "" + map.get("name") : "";
        String value = name.isEmpty() && map.get("value") instanceof String text ? text : "";
        Object agent = map.get("agent_info") instanceof Map<?, ?> info ? info.get("id") : map.get("agent_id");
        return name + value + " " + mapped("" + agent) + " " + map.get("allocation_info");
    }

    private void compareText(String who, String path, String expected, String ours) {
        if (path.endsWith(".uuid") || path.endsWith(".uuid.value") || ID.matcher(expected).matches()) {
            learnt(who, path, expected, ours);
        } else if (!ID.matcher(mapped(expected)).replaceAll("an id").equals(ID.matcher(ours).replaceAll("an id"))) {
            differs(who, path + ": " + expected, ours);
        }
    }

    private void learnt(String who, String path, String expected, String ours) {
        String known = ids.putIfAbsent(expected, ours);
        if (known != null && !known.equals(ours)) {
            differs(who, path + ": " + known, ours);
        }
    }
}
