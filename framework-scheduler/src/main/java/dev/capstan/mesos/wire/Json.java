package dev.capstan.mesos.wire;

import org.jspecify.annotations.Nullable;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Reads JSON as masters write it (RFC 8259). A text becomes a {@link String}, a number a {@link BigDecimal}, an object
 * a {@link SequencedMap}, an array a {@link List}, true and false a {@link Boolean}, and null null.
 */
public final class Json {
    /** Deeper texts are refused before they cost the stack. */
    private static final int MOST_DEPTH = 100;

    private static final int MOST_NUMBER_CHARACTERS = 64;

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /**
     * @throws IllegalArgumentException when the text is not one JSON value; says where
     */
    public static @Nullable Object parse(String text) {
        var json = new Json(text);
        Object value = json.value(0);
        json.skipBlanks();
        if (json.at < text.length()) {
            throw json.wrong("the end");
        }
        return value;
    }

    /**
     * Parses an object.
     *
     * @throws IllegalArgumentException when the text is not one JSON object
     */
    public static Map<String, @Nullable Object> parseObject(String text) {
        if (parse(text) instanceof Map<?, ?> map) {
            return asObject(map);
        }
        throw new IllegalArgumentException("a JSON object is expected");
    }

    /** The object in a field; an empty one if there is none. */
    public static Map<String, @Nullable Object> object(Map<String, @Nullable Object> parent, String field) {
        return parent.get(field) instanceof Map<?, ?> map ? asObject(map) : Map.of();
    }

    /** The text in a field; an empty one if there is none. */
    public static String text(Map<String, @Nullable Object> parent, String field) {
        return parent.get(field) instanceof String text ? text : "";
    }

    /** The number in a field, without what lies behind its point; 0 if there is none. */
    public static long number(Map<String, @Nullable Object> parent, String field) {
        return parent.get(field) instanceof BigDecimal number ? number.longValue() : 0;
    }

    @SuppressWarnings("unchecked") // made by this class, with texts as keys
    private static Map<String, @Nullable Object> asObject(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }

    private @Nullable Object value(int depth) {
        if (depth > MOST_DEPTH) {
            throw new IllegalArgumentException("JSON is nested more than " + MOST_DEPTH + " deep");
        }
        skipBlanks();
        char first = peek("a value");
        return switch (first) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private SequencedMap<String, @Nullable Object> object(int depth) {
        SequencedMap<String, @Nullable Object> fields = new LinkedHashMap<>();
        at++;
        skipBlanks();
        while (peek("'}'") != '}') {
            if (!fields.isEmpty()) {
                expect(',');
                skipBlanks();
            }
            if (peek("a name") != '"') {
                throw wrong("a name");
            }
            String name = string();
            skipBlanks();
            expect(':');
            fields.put(name, value(depth + 1));
            skipBlanks();
        }
        at++;
        return Collections.unmodifiableSequencedMap(fields);
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> items = new ArrayList<>();
        at++;
        skipBlanks();
        while (peek("']'") != ']') {
            if (!items.isEmpty()) {
                expect(',');
            }
            items.add(value(depth + 1));
            skipBlanks();
        }
        at++;
        return Collections.unmodifiableList(items);
    }

    private String string() {
        var string = new StringBuilder();
        at++;
        while (true) {
            char next = peek("'\"'");
            at++;
            if (next == '"') {
                return string.toString();
            }
            if (next < ' ') {
                at--;
                throw wrong("no control character");
            }
            string.append(next == '\\' ? escaped() : next);
        }
    }

    private char escaped() {
        char kind = peek("an escape");
        at++;
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]{4}")) {
                    throw wrong("four hexadecimal digits");
                }
                char unit = (char) Integer.parseInt(text, at, at + 4, 16);
                at += 4;
                yield unit;
            }
            default -> {
                at--;
                throw wrong("an escape");
            }
        };
    }

    private BigDecimal number() {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(from, at);
        if (number.length() > MOST_NUMBER_CHARACTERS
                || !number.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,4})?")) {
            at = from;
            throw wrong("a value");
        }
        return new BigDecimal(number);
    }

    private @Nullable Boolean word(String word, @Nullable Boolean value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
        return value;
    }

    private void skipBlanks() {
        while (at < text.length() && " \t\n\r".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek(String wanted) {
        if (at >= text.length()) {
            throw wrong(wanted);
        }
        return text.charAt(at);
    }

    private void expect(char wanted) {
        if (peek("'" + wanted + "'") != wanted) {
            throw wrong("'" + wanted + "'");
        }
        at++;
    }

    private IllegalArgumentException wrong(String wanted) {
        return new IllegalArgumentException("JSON: " + wanted + " is expected at character " + at);
    }
}
