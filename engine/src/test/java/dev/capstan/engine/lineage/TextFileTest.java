package dev.capstan.engine.lineage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPOutputStream;

class TextFileTest {
    @TempDir Path directory;

    private static List<String> lines(TextSplit split) {
        List<String> lines = new ArrayList<>();
        LineReader.open(split).forEachRemaining(lines::add);
        return lines;
    }

    private static List<String> all(List<TextSplit> splits) {
        return splits.stream().flatMap(split -> lines(split).stream()).toList();
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "a",
                "a\n",
                "a\nb",
                "a\r\nb\r\n",
                "a\r\n\r\nb",
                "\r\n\r\n",
                "a\rb\r",
                "a\n\n\nb\n",
                "\n\r\n\r",
                "first\nsecond\r\nthird\rfourth",
                "ä\nöü\r\n𝄞\n"
            })
    void everyLineIsReadOnceWhereverTheFileIsCut(String text) throws IOException {
        String path = write("file.txt", text).toString();
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<String> expected = text.lines().toList();
        assertThat(all(List.of(new TextSplit(path, 0, bytes.length)))).isEqualTo(expected);
        for (int first = 1; first < bytes.length; first++) {
            for (int second = first; second < bytes.length; second++) {
                List<TextSplit> splits = new ArrayList<>();
                splits.add(new TextSplit(path, 0, first));
                if (second > first) {
                    splits.add(new TextSplit(path, first, second));
                }
                splits.add(new TextSplit(path, second, bytes.length));
                assertThat(all(splits)).as("cut at %d and %d", first, second).isEqualTo(expected);
            }
        }
    }

    @Test
    void anyNumberOfSplitsGivesAllLines() throws IOException {
        Random random = new Random(3);
        StringBuilder text = new StringBuilder();
        String[] ends = {"\n", "\r\n", "\r"};
        for (int i = 0; i < 3000; i++) {
            text.append("x".repeat(random.nextInt(90))).append(i).append(ends[random.nextInt(3)]);
        }
        String path = write("long.txt", text.toString()).toString();
        for (int least : new int[] {1, 2, 3, 7, 100, 1000, 10_000}) {
            List<TextSplit> splits = TextSplits.of(path, least);
            assertThat(all(splits)).isEqualTo(text.toString().lines().toList());
            assertThat(splits.size()).isGreaterThanOrEqualTo(Math.min(least, 100));
        }
    }

    @Test
    void directoriesAndPatternsAreExpandedInOrder() throws IOException {
        write("b.txt", "2");
        write("a.txt", "1");
        write("c.log", "3");
        write("_SUCCESS", "no");
        write(".hidden", "no");
        Files.createDirectories(directory.resolve("sub"));
        Files.writeString(directory.resolve("sub/a.txt"), "4");
        assertThat(all(TextSplits.of(directory.toString(), 1))).containsExactly("1", "2", "3");
        assertThat(all(TextSplits.of(directory + "/*.txt", 1))).containsExactly("1", "2");
        assertThat(all(TextSplits.of("file:" + directory + "/{a,c}.*", 1))).containsExactly("1", "3");
        assertThat(all(TextSplits.of(directory + "/*/a.txt", 1))).containsExactly("4");
    }

    @Test
    void aMissingPathIsNamed() {
        assertThatThrownBy(() -> TextSplits.of(directory + "/nothing.txt", 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("textFile: there is no file or directory " + directory + "/nothing.txt");
        assertThatThrownBy(() -> TextSplits.of(directory + "/*.none", 1))
                .hasMessage("textFile: no file matches " + directory + "/*.none");
    }

    @Test
    void aFileThatIsMissingOnTheExecutorIsNamed() {
        assertThatThrownBy(() -> lines(new TextSplit(directory + "/gone.txt", 0, 10)))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("gone.txt is not there; files must be reachable under the same path");
    }

    @Test
    void aByteOrderMarkIsNotPartOfTheFirstLine() throws IOException {
        String path = write("bom.txt", "\uFEFFa\nb").toString();
        assertThat(all(TextSplits.of(path, 1))).containsExactly("a", "b");
    }

    @Test
    void aCompressedFileIsReadAsAWhole() throws IOException {
        Path file = directory.resolve("a.txt.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("one\ntwo\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
        }
        List<TextSplit> splits = TextSplits.of(file.toString(), 10);
        assertThat(splits).hasSize(1);
        assertThat(all(splits)).hasSize(20_000).startsWith("one", "two");
    }
}
