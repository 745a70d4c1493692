package dev.capstan.kernel.serialization;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What differs between a class where it was written and the same class here. A schema is text: the names and types of
 * fields in turn, separated by semicolons, which no name of a class or field contains.
 */
final class SchemaDifference {
    private static final String REMEDY = "; run the same jars on both sides";

    private SchemaDifference() {}

    static String schema(List<String> namesAndTypes) {
        return String.join(";", namesAndTypes);
    }

    /**
     * @param part what fields are called, "field" or "component"
     * @param otherwise the reason if their fields are the same
     */
    static SerializationException between(String type, String part, String there, String here, String otherwise) {
        SequencedMap<String, String> written = fields(there);
        SequencedMap<String, String> known = fields(here);
        List<String> differences = new ArrayList<>();
        written.forEach((name, was) -> {
            String is = known.get(name);
            if (is == null) {
                differences.add("its " + part + " '" + name + "' (" + was + ") is not known here");
            } else if (!is.equals(was)) {
                differences.add("its " + part + " '" + name + "' was written as " + was + " and is " + is + " here");
            }
        });
        known.forEach((name, is) -> {
            if (!written.containsKey(name)) {
                differences.add("its " + part + " '" + name + "' (" + is + ") was not written");
            }
        });
        String reason =
                !differences.isEmpty()
                        ? String.join(", ", differences)
                        : there.equals(here)
                                ? otherwise
                                : "its " + part + "s were written in the order " + List.copyOf(written.keySet());
        return new SerializationException(
                "cannot deserialize: class " + type + " is not the same where it was written: " + reason + REMEDY,
                null);
    }

    private static SequencedMap<String, String> fields(String schema) {
        List<String> parts = schema.isEmpty() ? List.of() : Arrays.asList(schema.split(";", -1));
        SequencedMap<String, String> fields = new LinkedHashMap<>();
        for (int i = 0; i + 1 < parts.size(); i += 2) {
            fields.put(parts.get(i), parts.get(i + 1));
        }
        return fields;
    }
}
