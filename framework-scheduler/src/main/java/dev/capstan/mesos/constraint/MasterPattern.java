package dev.capstan.mesos.constraint;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which regular expressions a master reads as Java does. A master takes RE2 expressions, and only small ones: what is
 * not surely understood, or may be too large, would be refused together with the whole subscription.
 */
final class MasterPattern {
    /** Masters take programs of up to 100 instructions unless told otherwise. */
    private static final int MOST_INSTRUCTIONS = 60;

    /** One character of any sort, as bytes of UTF-8. */
    private static final int ANY_CHARACTER = 12;

    private static final int ASCII = 128;
    private static final String LITERALS = " -_/:@%=<>,;~&'\"!#`";

    /** Letters, digits and ranges of them. */
    private static final Pattern PLAIN_CLASS = Pattern.compile("\\[([A-Za-z0-9]-[A-Za-z0-9]|[A-Za-z0-9_])+\\]");

    private MasterPattern() {}

    /** For an expression that Java has compiled. */
    static boolean isUnderstood(String regex) {
        Matcher plainClass = PLAIN_CLASS.matcher(regex);
        int instructions = 0;
        boolean repeated = true; // nothing to repeat at the beginning
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (isLiteral(c)) {
                instructions++;
                repeated = false;
            } else if (c == '.') {
                instructions += ANY_CHARACTER;
                repeated = false;
            } else if ("*+?".indexOf(c) >= 0) {
                if (repeated) {
                    return false; // lazy, possessive or a group with a meaning: not the same everywhere
                }
                instructions += 2;
                repeated = true;
            } else if (c == '|' || c == '(') {
                instructions += 2;
                repeated = true;
            } else if (c == ')') {
                instructions++;
                repeated = false;
            } else if (c == '[' && plainClass.region(i, regex.length()).lookingAt()) {
                instructions += plainClass.end() - i;
                i = plainClass.end() - 1;
                repeated = false;
            } else {
                return false;
            }
        }
        return instructions <= MOST_INSTRUCTIONS;
    }

    private static boolean isLiteral(char c) {
        return c < ASCII && (Character.isLetterOrDigit(c) || LITERALS.indexOf(c) >= 0);
    }
}
