package dev.capstan.examples;

import dev.capstan.driver.CapstanContext;

import java.util.HashSet;
import java.util.List;

/** Groups names by their initials, and counts how many different names each initial has. */
public final class FirstLetters {
    private static final List<String> NAMES =
            List.of("Ahir", "Pat", "Andy", "Ada", "Grace", "Pat", "Alan", "Barbara", "Bo", "Grace", "Ada", "Pia");

    private FirstLetters() {}

    /** Arguments: names, some of our own unless given. */
    public static void main(String[] arguments) {
        List<String> given = new Arguments("letters [NAME...]", arguments, arguments.length).texts();
        List<String> names = given.isEmpty() ? NAMES : given;
        try (var capstan = CapstanContext.create()) {
            capstan.parallelize(names)
                    .keyBy(name -> Character.toString(name.codePointAt(0)))
                    .groupByKey()
                    .mapValues(group -> new HashSet<>(group).size())
                    .sortByKey()
                    .collect()
                    .forEach(initial -> System.out.println(initial.key() + ": " + initial.value()));
        }
    }
}
