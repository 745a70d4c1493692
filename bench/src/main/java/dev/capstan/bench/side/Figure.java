package dev.capstan.bench.side;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one run gave.
 *
 * @param value in the workload's unit
 * @param check of the result; both sides must give the same
 * @param notes further values by name, such as "heap after 100 (MB)"
 */
public record Figure(double value, String check, Map<String, Double> notes) {
    private static final String TAG = "figure";

    public Figure {
        if (!(value >= 0) || Double.isInfinite(value)) {
            throw new IllegalArgumentException("a figure is a number from 0, not " + value);
        }
        notes = new LinkedHashMap<>(notes);
    }

    /** A figure without notes. */
    public static Figure of(double value, Object check) {
        return new Figure(value, String.valueOf(check), Map.of());
    }

    /** The line that carries it from a side's process to the contest. */
    public String line() {
        var line = new StringBuilder(TAG).append('\t').append(value).append('\t').append(check);
        notes.forEach((name, note) -> line.append('\t').append(name).append('=').append(note));
        return line.toString();
    }

    /** The figure of such a line. */
    public static Figure parse(String line) {
        String[] parts = line.split("\t");
        if (parts.length < 3 || !parts[0].equals(TAG)) {
            throw new IllegalArgumentException("'" + line + "' is not a figure");
        }
        Map<String, Double> notes = new LinkedHashMap<>();
        for (int i = 3; i < parts.length; i++) {
            int at = parts[i].lastIndexOf('=');
            notes.put(parts[i].substring(0, at), Double.valueOf(parts[i].substring(at + 1)));
        }
        return new Figure(Double.parseDouble(parts[1]), parts[2], notes);
    }
}
