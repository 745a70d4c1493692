package dev.capstan.examples;

import java.util.List;

/** All examples by name; what {@code capstan run} knows of them. */
public final class Examples {
    private static final List<Example> ALL =
            List.of(
                    new Example("wordcount", WordCount.class, "[FILE]", "counts the words of text files"),
                    new Example("pi", Pi.class, "[DARTS]", "estimates pi by throwing darts"),
                    new Example("pagerank", PageRank.class, "[PAGES [ROUNDS]]", "ranks pages by who links to them"),
                    new Example(
                            "regression",
                            LogisticRegression.class,
                            "[POINTS [ROUNDS]]",
                            "parts two clouds of points by logistic regression over cached data"),
                    new Example("sort", Sort.class, "[NUMBERS [PARTITIONS]]", "sorts random numbers across partitions"),
                    new Example("join", Join.class, "[ORDERS]", "joins orders with their customers' cities"),
                    new Example(
                            "letters", FirstLetters.class, "[NAME...]", "counts different names by their initials"));

    private Examples() {}

    /**
     * A program to read and to run.
     *
     * @param main has the main method
     * @param arguments that it takes
     * @param meaning what it does, in a few words
     */
    public record Example(String name, Class<?> main, String arguments, String meaning) {}

    public static List<Example> all() {
        return ALL;
    }
}
