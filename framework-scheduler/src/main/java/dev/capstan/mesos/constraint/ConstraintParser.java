package dev.capstan.mesos.constraint;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads the language that the documentation of this package lays down. */
final class ConstraintParser {
    static final String PREFER = "prefer";

    private static final String OPERATORS =
            "exists, !exists, =, !=, in, !in, ~, <, <=, >, >=, unique, max-per or group-by";
    private static final int MOST_DIGITS = 9;

    private final String text;
    private int at;

    /** Where the constraint that is read begins. */
    private int start;

    private ConstraintParser(String text) {
        this.text = text;
    }

    static List<Constraint> parse(String text) {
        return new ConstraintParser(text).constraints();
    }

    private List<Constraint> constraints() {
        List<Constraint> constraints = new ArrayList<>();
        while (true) {
            skipBlanks();
            start = at;
            if (at < text.length() && peek() != ';') {
                constraints.add(constraint());
            }
            if (at == text.length()) {
                return constraints;
            }
            if (peek() != ';') {
                throw malformed(
                        "there is more than one condition",
                        "put a semicolon between two constraints, and quotes around a value that has blanks");
            }
            at++;
        }
    }

    private Constraint constraint() {
        boolean isQuoted = is('"');
        String name = field();
        boolean isSoft = !isQuoted && name.equals(PREFER);
        if (isSoft) {
            isQuoted = is('"');
            name = field();
        }
        Field field = isQuoted ? Field.attribute(name) : Field.named(name);
        Condition condition = condition();
        skipBlanks();
        return new Constraint(isSoft, field, condition);
    }

    private String field() {
        String name = is('"') ? quoted() : run(c -> Words.belongsToField((char) c));
        if (name.isEmpty()) {
            throw malformed(
                    "the name of a field is missing",
                    "begin with hostname, region, zone, agent or an attribute's name");
        }
        skipBlanks();
        return name;
    }

    private Condition condition() {
        int before = at;
        String operator = operator();
        skipBlanks();
        return switch (operator) {
            case "exists" -> new Condition.Exists();
            case "!exists" -> new Condition.NotExists();
            case "=", "==" -> new Condition.OneOf(oneValue());
            case "!=" -> new Condition.NoneOf(oneValue());
            case "in" -> is('[') ? new Condition.Within(interval()) : new Condition.OneOf(values());
            case "!in" -> new Condition.NoneOf(values());
            case "~" -> new Condition.Matches(pattern());
            case "<" -> new Condition.Within(Interval.below(number(), false));
            case "<=" -> new Condition.Within(Interval.below(number(), true));
            case ">" -> new Condition.Within(Interval.above(number(), false));
            case ">=" -> new Condition.Within(Interval.above(number(), true));
            case "unique" -> new Condition.MaxPer(1);
            case "max-per" -> new Condition.MaxPer(count());
            case "group-by" ->
                    new Condition.GroupBy(
                            at < text.length() && peek() != ';' ? OptionalInt.of(count()) : OptionalInt.empty());
            default -> {
                at = before;
                throw malformed(
                        operator.isEmpty() ? "an operator is missing" : "'" + operator + "' is no operator",
                        "use one of " + OPERATORS);
            }
        };
    }

    /** A word such as in, with a ! before it or not, or signs such as <=. */
    private String operator() {
        String signs = run(c -> "!=<>~".indexOf(c) >= 0);
        return signs.isEmpty() || signs.equals("!") ? signs + run(c -> c == '-' || Character.isLetter(c)) : signs;
    }

    private SortedSet<String> oneValue() {
        SortedSet<String> values = new TreeSet<>();
        values.add(value());
        return values;
    }

    private SortedSet<String> values() {
        expect('{', "write the values in braces, as in {a, b}");
        SortedSet<String> values = new TreeSet<>();
        while (true) {
            skipBlanks();
            values.add(value());
            skipBlanks();
            if (is('}')) {
                at++;
                return values;
            }
            expect(',', "separate values by commas and close the brace, as in {a, b}");
        }
    }

    private String value() {
        if (is('"')) {
            return quoted();
        }
        String value = run(c -> Words.belongsToValue((char) c));
        if (value.isEmpty()) {
            throw malformed("a value is missing", "write one, in quotes if it is empty or has blanks or ; , { } in it");
        }
        return value;
    }

    private Pattern pattern() {
        int before = at;
        String pattern = value();
        try {
            return Pattern.compile(pattern);
        } catch (PatternSyntaxException e) {
            at = before;
            throw malformed(
                    "'" + pattern + "' is no regular expression (" + e.getDescription() + ")",
                    "correct it; quote it if it has blanks or ; , { } in it");
        }
    }

    private Interval interval() {
        int before = at;
        at++;
        skipBlanks();
        BigDecimal low = number();
        skipBlanks();
        if (text.startsWith("..", at)) {
            at += 2;
        } else {
            expect('-', "write both ends, as in [1-5] or [1..5]");
        }
        skipBlanks();
        BigDecimal high = number();
        skipBlanks();
        expect(']', "close the bracket, as in [1-5]");
        if (low.compareTo(high) > 0) {
            at = before;
            throw malformed("the interval ends before it begins", "write the smaller number first");
        }
        return Interval.between(low, high);
    }

    private BigDecimal number() {
        int before = at;
        String sign = is('-') ? "-" : "";
        at += sign.length();
        String number = sign + run(Character::isDigit);
        if (is('.') && !text.startsWith("..", at)) {
            at++;
            number += "." + run(Character::isDigit);
        }
        String read = number;
        return Interval.number(read)
                .orElseThrow(() -> {
                    at = before;
                    return malformed("a number is missing", "write one, such as 3 or 2.5");
                });
    }

    private int count() {
        int before = at;
        String digits = run(c -> c >= '0' && c <= '9');
        if (digits.isEmpty() || digits.length() > MOST_DIGITS || Integer.parseInt(digits) == 0) {
            at = before;
            throw malformed("a count is missing", "write a whole number from 1, such as max-per 2");
        }
        return Integer.parseInt(digits);
    }

    private String quoted() {
        int before = at;
        at++;
        var content = new StringBuilder();
        while (at < text.length() && peek() != '"') {
            boolean isEscape = peek() == '\\' && at + 1 < text.length();
            if (isEscape) {
                at++;
            }
            content.append(peek());
            at++;
        }
        if (at == text.length()) {
            at = before;
            throw malformed("a quote is not closed", "close it with \"");
        }
        at++;
        return content.toString();
    }

    private String run(IntPredicate belongs) {
        int before = at;
        while (at < text.length() && belongs.test(peek())) {
            at++;
        }
        return text.substring(before, at);
    }

    private void skipBlanks() {
        run(Character::isWhitespace);
    }

    private boolean is(char c) {
        return at < text.length() && peek() == c;
    }

    private char peek() {
        return text.charAt(at);
    }

    private void expect(char c, String remedy) {
        if (!is(c)) {
            throw malformed("'" + c + "' is missing", remedy);
        }
        at++;
    }

    private IllegalArgumentException malformed(String problem, String remedy) {
        int end = text.indexOf(';', at);
        String constraint = text.substring(start, end < 0 ? text.length() : end).strip();
        return new IllegalArgumentException(
                "constraint '" + constraint + "': " + problem + " at character " + (at + 1) + "; " + remedy);
    }
}
