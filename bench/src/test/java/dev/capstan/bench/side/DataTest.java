package dev.capstan.bench.side;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

class DataTest {
    @Test
    void aTextIsTheSameWhereverItIsMade(@TempDir Path here, @TempDir Path there) throws IOException {
        assertThat(ZipfText.file(here, 100_000)).hasSameBinaryContentAs(ZipfText.file(there, 100_000));
        assertThat(here).isDirectoryContaining(file -> file.endsWith("zipf-100000.txt"));
        try (Stream<Path> files = Files.list(here)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void aTextThatIsThereIsNotMadeAgain(@TempDir Path directory) throws IOException {
        Path text = ZipfText.file(directory, 1_000);
        Files.writeString(text, "mine");
        assertThat(ZipfText.file(directory, 1_000)).isEqualTo(text).hasContent("mine");
    }

    @Test
    void theSecondWordIsHalfAsFrequentAsTheFirst(@TempDir Path directory) throws IOException {
        Map<String, Long> counts =
                Files.readAllLines(ZipfText.file(directory, 1_000_000)).stream()
                        .flatMap(line -> Arrays.stream(line.split(" ")))
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        double ratio = (double) counts.get(ZipfText.word(0)) / counts.get(ZipfText.word(1));
        assertThat(ratio).isBetween(1.8, 2.2);
        assertThat(counts.size()).isGreaterThan(5_000);
    }

    @Test
    void wordsDiffer() {
        assertThat(IntStream.range(0, 100_000).mapToObj(ZipfText::word).distinct().count()).isEqualTo(100_000);
    }

    @Test
    void aRecordHasTenBytesOfKeyAndNinetyOfValue() {
        assertThat(SortRecord.key(7)).hasSize(10).isEqualTo(SortRecord.key(7)).isNotEqualTo(SortRecord.key(8));
        assertThat(SortRecord.value(7)).hasSize(90).isEqualTo(SortRecord.value(7)).isNotEqualTo(SortRecord.value(8));
    }

    @Test
    void partitionsThatFollowEachOtherAreSorted() {
        String check = SortedPart.check(3, List.of(part("a", "b"), part(), part("b")));
        assertThat(check).startsWith("3 records").isEqualTo(SortedPart.check(3, List.of(part("a"), part("b", "b"))));
    }

    @Test
    void aKeyOutOfOrderIsFoundWithinAPartitionAndBetweenTwo() {
        assertThatThrownBy(() -> part("b", "a")).hasMessage("wrong result: a stands after b");
        List<SortedPart> swapped = List.of(part("b"), part("a"));
        assertThatThrownBy(() -> SortedPart.check(2, swapped)).hasMessage("wrong result: a stands after b");
    }

    @Test
    void aRecordTooFewIsFound() {
        List<SortedPart> parts = List.of(part("a"));
        assertThatThrownBy(() -> SortedPart.check(2, parts)).hasMessage("wrong result: 1 sorted records instead of 2");
    }

    @Test
    void bothTablesHaveTheSameKeys() {
        for (long rows : new long[] {1, 2, 1_000, 1_000_003}) {
            Set<Long> keys =
                    LongStream.range(0, rows)
                            .mapToObj(row -> Tables.shuffled(row, rows))
                            .collect(Collectors.toCollection(HashSet::new));
            assertThat(keys).hasSize((int) rows).allMatch(key -> key >= 0 && key < rows);
        }
    }

    @Test
    void theGroupsAreAlmostOfOneSize() {
        Map<Integer, Long> sizes =
                LongStream.range(0, 100_000)
                        .mapToObj(number -> Tables.group(number, 100))
                        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(sizes).hasSize(100).allSatisfy((_, size) -> assertThat(size).isBetween(900L, 1_100L));
    }

    @Test
    void moreDataComesInMorePartitions() {
        assertThat(new Setting(0.1, Path.of("d")).partitions(16)).isEqualTo(16);
        assertThat(new Setting(2.5, Path.of("d")).partitions(16)).isEqualTo(40);
        assertThat(new Setting(0.1, Path.of("d")).scaled(100)).isEqualTo(10);
    }

    private static SortedPart part(String... keys) {
        return SortedPart.of(List.of(keys).iterator(), key -> key, _ -> new byte[] {1, 2});
    }
}
