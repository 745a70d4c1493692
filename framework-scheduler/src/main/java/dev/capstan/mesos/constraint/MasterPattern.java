package dev.capstan.mesos.constraint;

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
    private static final String IN_CLASS = "-_";

    private MasterPattern() {}

    /** For an expression that Java has compiled. */
    static boolean isUnderstood(String regex) {
        int instructions = 0;
        boolean repeated = true; // nothing to repeat at the beginning
        for (int i = 0; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (isLiteral(c, LITERALS)) {
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
            } else if (c == '[') {
                int end = classEnd(regex, i);
                if (end < 0) {
                    return false;
                }
                instructions += end - i;
                i = end;
                repeated = false;
            } else {
                return false;
            }
        }
        return instructions <= MOST_INSTRUCTIONS;
    }

    /** Where a class of plain characters ends; -1 when it has others. */
    private static int classEnd(String regex, int start) {
        for (int i = start + 1; i < regex.length(); i++) {
            char c = regex.charAt(i);
            if (c == ']') {
                return i > start + 1 ? i : -1;
            }
            if (!isLiteral(c, IN_CLASS)) {
                return -1;
            }
        }
        return -1;
    }

    private static boolean isLiteral(char c, String signs) {
        return c < ASCII && (Character.isLetterOrDigit(c) || signs.indexOf(c) >= 0);
    }
}
