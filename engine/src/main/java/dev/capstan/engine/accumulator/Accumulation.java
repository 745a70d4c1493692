package dev.capstan.engine.accumulator;

import java.io.Serializable;

/**
 * How an accumulator adds up. Each task starts from {@link #zero} and adds; the driver merges what the tasks have. In
 * which order tasks end is not known, so merging must not depend on it.
 *
 * <pre>{@code
 * record Longest() implements Accumulation<String, String, String> {
 *     public String zero() { return ""; }
 *     public String add(String longest, String word) { return word.length() > longest.length() ? word : longest; }
 *     public String merge(String left, String right) { return add(left, right); }
 *     public String value(String longest) { return longest; }
 * }
 *
 * Accumulator<String, String> longest = context.accumulator("longest word", new Longest());
 * words.foreach(longest::add);
 * System.out.println(longest.value());
 * }</pre>
 *
 * @param <T> what is added
 * @param <S> the state, which travels from tasks to the driver; it may be an object that add and merge change
 * @param <R> what is read in the driver
 */
public interface Accumulation<T, S, R> extends Serializable {
    /** Nothing added yet; a new object if the state is one that changes. */
    S zero();

    /** The state with the element; may change and return the given one. */
    S add(S state, T element);

    /** Both together; may change and return the left one. */
    S merge(S left, S right);

    /** What the program reads; must not change the state. */
    R value(S state);
}
