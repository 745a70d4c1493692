package dev.capstan.engine.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class FileCutsTest {
    private static final long MOST = 128 << 20;

    private static FoundFile file(String name, long length) {
        return new FoundFile("/data/" + name, length);
    }

    private static List<Long> lengths(List<List<FileSplit>> partitions) {
        return partitions.stream().map(splits -> splits.stream().mapToLong(FileSplit::length).sum()).toList();
    }

    @Test
    void aLargeFileIsCutIntoAsManyPartsAsAreAskedFor() {
        assertThat(lengths(FileCuts.ranges(List.of(file("a", 1_000)), 4, MOST)))
                .containsExactly(250L, 250L, 250L, 250L);
    }

    @Test
    void noPartIsLargerThanTheMost() {
        assertThat(FileCuts.ranges(List.of(file("a", 1L << 30)), 2, MOST)).hasSize(8);
    }

    @Test
    void smallFilesArePartitionsOfTheirOwnAndEmptyOnesNone() {
        var files = List.of(file("a", 10), file("b", 0), file("c", 20));
        assertThat(lengths(FileCuts.ranges(files, 1, MOST))).containsExactly(10L, 20L);
    }

    @Test
    void aCompressedFileIsOnePart() {
        var files = List.of(file("a.gz", 1_000), file("b.zst", 1_000));
        assertThat(lengths(FileCuts.ranges(files, 50, 10))).containsExactly(1_000L, 1_000L);
    }

    @Test
    void recordsAreNeverCut() {
        assertThat(lengths(FileCuts.records(List.of(file("a", 1_000)), 300 / 3, 3, MOST)))
                .containsExactly(300L, 300L, 300L, 100L);
        assertThat(lengths(FileCuts.records(List.of(file("a", 1_000)), 500, 10, 1))).containsExactly(500L, 500L);
    }

    @Test
    void manySmallFilesComeTogetherInTheNumberOfPartitionsThatIsAskedFor() {
        List<FoundFile> files = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            files.add(file("f" + i, i % 3));
        }
        assertThat(FileCuts.packed(files, 10, MOST).size()).isBetween(10, 20);
        assertThat(FileCuts.packed(files, 5_000, MOST)).hasSize(1_000);
    }

    @Test
    void partitionsTogetherAreTheFilesWhateverTheirSizes() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            List<FoundFile> files = new ArrayList<>();
            long total = 0;
            for (int i = random.nextInt(20); i >= 0; i--) {
                files.add(file("f" + i, random.nextInt(1_000)));
                total += files.getLast().length();
            }
            int least = 1 + random.nextInt(30);
            long most = 1 + random.nextInt(500);
            var ranges = FileCuts.ranges(files, least, most);
            assertThat(lengths(ranges).stream().mapToLong(Long::longValue).sum()).isEqualTo(total);
            assertThat(ranges)
                    .allSatisfy(part -> assertThat(part.getFirst().length()).isLessThanOrEqualTo(most * 11 / 10));
            var packed = FileCuts.packed(files, least, most);
            assertThat(packed.stream().flatMap(List::stream).map(FileSplit::path))
                    .containsExactlyElementsOf(files.stream().map(FoundFile::path).toList());
            assertThat(packed.size()).as("seed %d", seed).isGreaterThanOrEqualTo(Math.min(least, files.size()));
        }
    }
}
