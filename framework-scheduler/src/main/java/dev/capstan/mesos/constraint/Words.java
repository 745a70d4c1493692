package dev.capstan.mesos.constraint;

/** How names and values are written in constraints. */
final class Words {
    private static final String NEVER_PLAIN = ";,{}\"";
    private static final String NEVER_IN_FIELDS = "!=~<>[]";

    private Words() {}

    static boolean belongsToValue(char c) {
        return !Character.isWhitespace(c) && NEVER_PLAIN.indexOf(c) < 0;
    }

    static boolean belongsToField(char c) {
        return belongsToValue(c) && NEVER_IN_FIELDS.indexOf(c) < 0;
    }

    static String field(String name) {
        return !name.isEmpty() && name.chars().allMatch(c -> belongsToField((char) c)) ? name : quoted(name);
    }

    static String value(String value) {
        return !value.isEmpty() && value.chars().allMatch(c -> belongsToValue((char) c)) ? value : quoted(value);
    }

    static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
