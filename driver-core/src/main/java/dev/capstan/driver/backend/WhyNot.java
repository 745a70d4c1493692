package dev.capstan.driver.backend;

import java.util.List;
import java.util.stream.Collectors;

/**
 * Why a backend has not given what was wanted.
 *
 * @param asked what it asked for, in words
 * @param given what it was offered or granted, in words
 * @param refusals counted reasons, the most frequent first; empty when nothing stands in the way
 */
public record WhyNot(String asked, String given, List<Refusal> refusals) {
    public WhyNot {
        refusals = List.copyOf(refusals);
    }

    /** A reason and how often it was met. */
    public record Refusal(String reason, long times) {}

    @Override
    public String toString() {
        String text = "asked for " + asked + "; has " + given;
        return refusals.isEmpty()
                ? text
                : text
                        + "; "
                        + refusals.stream()
                                .map(refusal -> refusal.reason + " (" + refusal.times + "×)")
                                .collect(Collectors.joining(", "));
    }
}
