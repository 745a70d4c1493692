package dev.capstan.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.testing.OpenFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class LineReaderTest {
    private static final String[] PIECES = {
        "\n",
        "\r\n",
        "\r",
        "\n\n",
        "a",
        "word ",
        "ä",
        "€uro",
        "𝄞",
        "1234567",
        "12345678",
        "\t",
        "\u000b",
        "\u0085",
        "\u2028"
    };

    @TempDir Path directory;

    private static List<String> lines(FileSplit split) {
        List<String> lines = new ArrayList<>();
        try (LineReader reader = LineReader.open(split)) {
            while (reader.advance()) {
                lines.add(reader.line());
            }
        }
        List<String> taken = new ArrayList<>();
        LineReader.open(split).forEachRemaining(taken::add);
        assertThat(taken).isEqualTo(lines);
        return lines;
    }

    private static List<String> all(List<FileSplit> splits) {
        return splits.stream().flatMap(split -> lines(split).stream()).toList();
    }

    private static FoundFile found(Path file) throws IOException {
        return new FoundFile(file.toString(), Files.size(file));
    }

    private static List<FileSplit> cut(Path file, long mostBytes) throws IOException {
        return FileCuts.ranges(List.of(found(file)), 1, mostBytes).stream().map(List::getFirst).toList();
    }

    private static List<String> reference(byte[] bytes) throws IOException {
        List<String> lines = new ArrayList<>();
        var text = new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8);
        try (BufferedReader reader = new BufferedReader(text)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
        }
        return lines;
    }

    private Path write(String name, byte[] bytes) throws IOException {
        Path file = directory.resolve(name);
        try (OutputStream out = Compression.of(name).compress(Files.newOutputStream(file))) {
            out.write(bytes);
        }
        return file;
    }

    private Path write(String name, String text) throws IOException {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] randomText(Random random, int pieces) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(pieces); i > 0; i--) {
            text.append(PIECES[random.nextInt(PIECES.length)]);
        }
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        if (random.nextInt(4) == 0 && bytes.length > 0) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256); // no UTF-8 any more, most likely
        }
        return bytes;
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
        Path file = write("file.txt", text);
        String path = file.toString();
        int length = (int) Files.size(file);
        List<String> expected = text.lines().toList();
        assertThat(all(List.of(new FileSplit(path, 0, length, length)))).isEqualTo(expected);
        for (int first = 1; first < length; first++) {
            for (int second = first; second < length; second++) {
                List<FileSplit> splits = new ArrayList<>();
                splits.add(new FileSplit(path, 0, first, length));
                if (second > first) {
                    splits.add(new FileSplit(path, first, second, length));
                }
                splits.add(new FileSplit(path, second, length, length));
                assertThat(all(splits)).as("cut at %d and %d", first, second).isEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void theLinesOfAnyTextAreThoseOfABufferedReaderWhateverTheSizeOfSplits(Compression compression) throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            byte[] bytes = randomText(random, 120);
            Path file = write("text" + compression.suffix(), bytes);
            int size = 1 + random.nextInt(random.nextBoolean() ? 4 : 100);
            assertThat(all(cut(file, size))).as("seed %d, splits of %d bytes", seed, size).isEqualTo(reference(bytes));
        }
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void linesAroundTheEndOfTheBufferAreWhole(Compression compression) throws IOException {
        int buffer = 128 << 10;
        for (int before = buffer - 9; before <= buffer + 1; before++) {
            String text = "x".repeat(before) + "\r\nä\r\n" + "y".repeat(3 * buffer) + "\rlast";
            Path file = write("long" + compression.suffix(), text);
            assertThat(all(cut(file, Long.MAX_VALUE))).isEqualTo(text.lines().toList());
        }
    }

    @Test
    void bytesThatAreNoTextAreReplacedAsTheJdkDoes() throws IOException {
        byte[] bytes = {'a', (byte) 0xC3, '\n', (byte) 0xFF, 'b', '\n', (byte) 0xE2, (byte) 0x82};
        assertThat(all(cut(write("bad.txt", bytes), 100))).containsExactly("a\uFFFD", "\uFFFDb", "\uFFFD");
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aByteOrderMarkIsNotPartOfTheFirstLine(Compression compression) throws IOException {
        assertThat(all(cut(write("bom" + compression.suffix(), "\uFEFFa\nb"), 100))).containsExactly("a", "b");
        assertThat(all(cut(write("only" + compression.suffix(), "\uFEFF"), 100))).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void filesThatWerePutTogetherAreReadToTheEnd(Compression compression) throws IOException {
        Path file = write("both" + compression.suffix(), "one\n");
        byte[] first = Files.readAllBytes(file);
        byte[] both = Arrays.copyOf(first, 2 * first.length);
        System.arraycopy(first, 0, both, first.length, first.length);
        Files.write(file, both);
        assertThat(all(cut(file, 1_000))).containsExactly("one", "one");
    }

    @Test
    void aLineOfTwoHundredMegabytesIsRead() throws IOException {
        Path file = directory.resolve("wide.txt");
        byte[] part = new byte[1 << 20];
        Arrays.fill(part, (byte) 'x');
        try (OutputStream out = Files.newOutputStream(file)) {
            for (int i = 0; i < 200; i++) {
                out.write(part);
            }
            out.write("\nshort".getBytes(StandardCharsets.UTF_8));
        }
        try (LineReader reader = LineReader.open(cut(file, Long.MAX_VALUE).getFirst())) {
            assertThat(reader.advance()).isTrue();
            assertThat(reader.line().length()).isEqualTo(200 << 20);
            assertThat(reader.advance()).isTrue();
            assertThat(reader.line()).isEqualTo("short");
            assertThat(reader.advance()).isFalse();
        }
    }

    // ---- files that are not what they were, or not what they seem

    private static void fails(FileSplit split, String message) {
        assertThatThrownBy(() -> lines(split)).isInstanceOf(UncheckedIOException.class).hasMessage(message);
    }

    @Test
    void aFileThatVanishedIsNamed() throws IOException {
        Path file = write("gone.txt", "a\n");
        FileSplit split = cut(file, 100).getFirst();
        Files.delete(file);
        fails(
                split,
                "the file "
                        + file
                        + " is not there; files must be reachable under the same path on every executor, and stay"
                        + " while jobs read them");
    }

    @ParameterizedTest
    @EnumSource(Compression.class)
    void aFileThatShrankIsAnErrorInsteadOfFewerLines(Compression compression) throws IOException {
        Path file = write("log" + compression.suffix(), "a\nb\nc\nd\n");
        long length = Files.size(file);
        List<FileSplit> splits = cut(file, 2);
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 5));
        for (FileSplit split : splits) {
            fails(
                    split,
                    "the file "
                            + file
                            + " has shrunk from "
                            + length
                            + " to 5 bytes since the dataset was made; make the dataset again when nobody writes the"
                            + " file");
        }
    }

    @Test
    void aFileThatShrinksWhileItIsReadIsAnError() throws IOException {
        Path file = write("log", "line\n".repeat(100_000));
        try (LineReader reader = LineReader.open(cut(file, Long.MAX_VALUE).getFirst())) {
            assertThat(reader.advance()).isTrue();
            Files.write(file, new byte[10]);
            assertThatThrownBy(
                            () -> {
                                while (reader.advance()) {
                                    reader.line();
                                }
                            })
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageMatching("the file .*/log has shrunk from 500000 to \\d+ bytes since the dataset .*");
        }
    }

    @Test
    void aFileThatGrewGivesTheLinesThatWereThere() throws IOException {
        Path file = write("log", "a\nb\n");
        List<FileSplit> splits = cut(file, 2);
        Files.writeString(file, "a\nb\nc\nd\n");
        assertThat(all(splits)).startsWith("a", "b").doesNotContain("d");
    }

    @Test
    void aDirectoryInThePlaceOfAFileIsNamed() throws IOException {
        Path file = write("data", "a\n");
        FileSplit split = cut(file, 100).getFirst();
        Files.delete(file);
        Files.createDirectory(file);
        for (int i = 0; i < 40; i++) {
            Files.createFile(file.resolve("makes the directory larger than the file " + i));
        }
        fails(split, "cannot read " + file + ": Is a directory");
    }

    @Test
    void aFileThatIsNotCompressedAsItsNameSaysIsNamed() throws IOException {
        Path gzip = Files.writeString(directory.resolve("a.gz"), "plain text\n".repeat(10));
        fails(
                FileSplit.whole(found(gzip)),
                "cannot read "
                        + gzip
                        + " as gzip, after 0 bytes of content: Not in GZIP format; the file is damaged or incomplete,"
                        + " make it again or leave it out");
        Path zstd = Files.writeString(directory.resolve("a.zst"), "plain text\n".repeat(10));
        fails(
                FileSplit.whole(found(zstd)),
                "cannot read "
                        + zstd
                        + " as zstd, after 0 bytes of content: Unknown frame descriptor; the file is damaged or"
                        + " incomplete, make it again or leave it out");
    }

    private static byte[] noise(int length) {
        byte[] noise = new byte[length];
        Random random = new Random(5);
        for (int i = 0; i < length; i++) {
            noise[i] = (byte) (random.nextInt(40) == 0 ? '\n' : ' ' + random.nextInt(90));
        }
        return noise;
    }

    @Test
    void aCompressedFileThatWasCutOffIsAnErrorWhereverItWasCut() throws IOException {
        for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
            Path file = write("cut" + compression.suffix(), noise(3_000));
            byte[] bytes = Files.readAllBytes(file);
            for (int length = 0; length < bytes.length; length += 1 + length / 50) {
                Files.write(file, Arrays.copyOf(bytes, length));
                FileSplit split = FileSplit.whole(found(file));
                assertThatThrownBy(() -> lines(split))
                        .as("%s, the first %d of %d bytes", compression, length, bytes.length)
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageStartingWith("cannot read " + file + " as " + compression.label() + ", after ")
                        .hasMessageEndingWith("; the file is damaged or incomplete, make it again or leave it out");
            }
        }
    }

    @Test
    void aCompressedFileWithADamagedByteIsAnErrorOrTheSameText() throws IOException {
        Random random = new Random(9);
        byte[] text = noise(3_000);
        for (Compression compression : List.of(Compression.GZIP, Compression.ZSTD)) {
            Path file = write("damaged" + compression.suffix(), text);
            byte[] bytes = Files.readAllBytes(file);
            int refused = 0;
            for (int i = 0; i < 300; i++) {
                byte[] damaged = bytes.clone();
                int at = random.nextInt(damaged.length);
                damaged[at] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, damaged);
                try {
                    assertThat(lines(FileSplit.whole(found(file))))
                            .as("%s, byte %d", compression, at)
                            .isEqualTo(reference(text));
                } catch (UncheckedIOException e) {
                    assertThat(e).hasMessageStartingWith("cannot read " + file + " as " + compression.label());
                    refused++;
                }
            }
            assertThat(refused).isGreaterThan(280);
        }
    }

    @Test
    void filesAreClosedWhateverIsWrongWithThem() throws IOException {
        Path gzip = Files.writeString(directory.resolve("a.gz"), "plain text\n");
        Path zstd = write("a.zst", noise(3_000));
        Files.write(zstd, Arrays.copyOf(Files.readAllBytes(zstd), 1_000));
        Path plain = write("a.txt", "a\n");
        for (Path file : List.of(gzip, zstd, plain)) {
            FileSplit split = FileSplit.whole(found(file));
            if (file == plain) {
                Files.write(plain, new byte[0]);
            }
            for (int i = 0; i < 20; i++) {
                assertThatThrownBy(() -> lines(split)).isInstanceOf(UncheckedIOException.class);
            }
        }
        assertThat(OpenFiles.below(directory)).isEmpty();
    }

    @Test
    void aFileIsClosedWhenItsLastLineWasRead() throws IOException {
        LineReader reader = LineReader.open(FileSplit.whole(found(write("a.txt", "a\nb"))));
        assertThat(reader.next()).isEqualTo("a");
        assertThat(OpenFiles.below(directory)).hasSize(1);
        assertThat(reader.next()).isEqualTo("b");
        assertThat(reader.hasNext()).isFalse();
        assertThat(OpenFiles.below(directory)).isEmpty();
    }
}
