package dev.capstan.bench;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What a workload gave.
 *
 * @param size how much data; 1 is what the goals speak of
 * @param sides by the name of the side, ours first
 */
public record Comparison(Workload workload, double size, List<SideResult> sides) {
    /** The figures of a side with its name. */
    public record SideResult(String side, Result result) {}

    public Comparison {
        sides = List.copyOf(sides);
    }

    public Result ours() {
        return sides.getFirst().result();
    }

    public Optional<SideResult> peer() {
        return sides.stream().skip(1).findFirst();
    }

    /** How many times better ours is than the peer's; nothing if we ran alone. */
    public OptionalDouble ratio() {
        return peer().map(peer -> OptionalDouble.of(workload.unit().ratio(ours().median(), peer.result().median())))
                .orElse(OptionalDouble.empty());
    }

    /** A line for people, and below it one for each side that has notes. */
    public List<String> lines() {
        var line = new StringBuilder(String.format(Locale.ROOT, "%-22s", title()));
        if (peer().isEmpty()) {
            line.append(' ').append(ours().text(workload.unit())).append(", ").append(repeats());
        } else {
            line.append(String.format(Locale.ROOT, "%7sx  ", Result.number(ratio().orElseThrow())));
            line.append(
                    sides.stream()
                            .map(each ->
                                    String.format(
                                            Locale.ROOT, "%s %-36s", each.side(), each.result().text(workload.unit())))
                            .collect(Collectors.joining(" ")));
        }
        List<String> lines = new ArrayList<>(List.of(line.toString().stripTrailing()));
        sides.stream().filter(each -> !each.result().notes().isEmpty()).forEach(each -> lines.add(notes(each)));
        return lines;
    }

    private String title() {
        return size == 1 ? workload.name() : workload.name() + " x" + sizeText();
    }

    String sizeText() {
        return BigDecimal.valueOf(size).stripTrailingZeros().toPlainString();
    }

    private String repeats() {
        return ours().repeats() == 1 ? "once" : ours().repeats() + " repeats";
    }

    private static String notes(SideResult side) {
        return side.result().notes().entrySet().stream()
                .map(note -> note.getKey() + ": " + Result.number(note.getValue()))
                .collect(Collectors.joining(", ", "    " + side.side() + "  ", ""));
    }
}
