package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.capstan.driver.job.JobFailedException;
import dev.capstan.engine.disk.FileHead;
import dev.capstan.engine.files.BinaryFile;
import dev.capstan.engine.files.Compression;
import dev.capstan.engine.function.Pair;
import dev.capstan.engine.pipeline.Pipelines;
import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.JavaSerializer;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/** Files as sources and targets of datasets, on an executor without a scheduler. */
class FilesTest {
    @TempDir Path directory;

    private final ContextFixture fixture = ContextFixture.create();
    private final CapstanContext context = fixture.context();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    /** The job fails with these words, and the next one works. */
    private void fails(ThrowingCallable job, String message) {
        assertThatThrownBy(job)
                .isInstanceOf(JobFailedException.class)
                .satisfies(e -> assertThat(e.getMessage().lines().findFirst().orElseThrow()).endsWith(message));
        assertThat(context.range(10).count()).isEqualTo(10);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }

    // ---- whole files

    @Test
    void wholeTextFilesArePairsOfPathAndText() throws IOException {
        Path a = write("a.txt", "\uFEFFone\r\ntwo");
        Path b = write("b.txt", "");
        context.parallelize(List.of("x", "y"), 1).saveAsTextFile(directory + "/zipped", Compression.GZIP);
        Map<String, String> expected = new TreeMap<>();
        expected.put(a.toString(), "one\r\ntwo");
        expected.put(b.toString(), "");
        expected.put(directory + "/zipped/part-00000.gz", "x\ny\n");
        var files = context.wholeTextFiles(directory + "," + directory + "/zipped", 2);
        assertThat(files.partitions()).hasSizeGreaterThanOrEqualTo(2);
        assertThat(new TreeMap<>(files.collectAsMap())).isEqualTo(expected);
    }

    @Test
    void binaryFilesAreOpenedWhereTheyAreUsed() throws IOException {
        byte[] bytes = {0, 1, 2, (byte) 255};
        Path file = Files.write(directory.resolve("a.bin"), bytes);
        PairRdd<String, BinaryFile> files = context.binaryFiles(directory.toString());
        assertThat(files.mapValues(BinaryFile::bytes).values().first()).isEqualTo(bytes);
        assertThat(files.mapValues(BinaryFile::size).collect()).containsExactly(Pair.of(file.toString(), 4L));
        assertThat(files.mapValues(FilesTest::firstByte).values().first()).isZero();
        try (InputStream in = files.values().first().open()) {
            assertThat(in.readAllBytes()).isEqualTo(bytes);
        }
        Files.write(file, new byte[] {7});
        fails(
                () -> files.mapValues(BinaryFile::bytes).values().collect(),
                "the file "
                        + file
                        + " has shrunk from 4 to 1 bytes since the dataset was made; make the dataset again when nobody"
                        + " writes the file");
    }

    private static int firstByte(BinaryFile file) throws IOException {
        try (InputStream in = file.open()) {
            return in.read();
        }
    }

    // ---- records of fixed length

    @Test
    void recordsOfFixedLengthAreReadOnceWhateverTheSizeOfPartitions() throws IOException {
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            int length = 1 + random.nextInt(20);
            int count = random.nextInt(50);
            byte[] bytes = new byte[length * count];
            random.nextBytes(bytes);
            Path file = Files.write(directory.resolve("records"), bytes);
            List<byte[]> records = context.binaryRecords(file.toString(), length).collect();
            assertThat(records).as("seed %d", seed).hasSize(count);
            byte[] together = new byte[bytes.length];
            for (int i = 0; i < count; i++) {
                System.arraycopy(records.get(i), 0, together, i * length, length);
            }
            assertThat(together).as("seed %d", seed).isEqualTo(bytes);
        }
    }

    @Test
    void aFileThatEndsWithinARecordIsRefused() throws IOException {
        Path file = Files.write(directory.resolve("records"), new byte[1_001]);
        refused(
                () -> context.binaryRecords(file.toString(), 10),
                "binaryRecords: the file " + file + " has 1001 bytes, which is no multiple of the record length 10");
        refused(
                () -> context.binaryRecords(file.toString(), 0),
                "binaryRecords: the record length must be at least 1 byte, not 0");
    }

    @Test
    void recordsOfAFileThatShrankAreAnError() throws IOException {
        Path file = Files.write(directory.resolve("records"), new byte[1_000]);
        Rdd<byte[]> records = context.binaryRecords(file.toString(), 10);
        Files.write(file, new byte[500]);
        fails(
                records::count,
                "the file "
                        + file
                        + " has shrunk from 1000 to 500 bytes since the dataset was made; make the dataset again when"
                        + " nobody writes the file");
    }

    // ---- text

    @ParameterizedTest
    @EnumSource(Compression.class)
    void textThatIsSavedIsReadAgain(Compression compression) throws IOException {
        for (int seed = 0; seed < 10; seed++) {
            Random random = new Random(seed);
            List<String> lines = new ArrayList<>();
            for (int i = random.nextInt(300); i > 0; i--) {
                lines.add(
                        "ä€𝄞x"
                                .substring(random.nextInt(2))
                                .repeat(random.nextInt(random.nextInt(200) == 0 ? 40_000 : 30)));
            }
            String target = directory + "/text" + seed;
            context.parallelize(lines, 1 + random.nextInt(5)).saveAsTextFile(target, compression);
            assertThat(context.textFile(target, 1 + random.nextInt(9)).collect()).as("seed %d", seed).isEqualTo(lines);
        }
        assertThat(names(directory.resolve("text0")))
                .startsWith("_SUCCESS", "part-00000" + compression.suffix())
                .doesNotContain("_temporary");
    }

    @Test
    void aFileIsCutIntoTheNumberOfPartitionsThatIsAskedFor() throws IOException {
        Path file = write("lines.txt", "line\n".repeat(1_000));
        Rdd<String> lines = context.textFile(file.toString(), 10);
        assertThat(lines.partitions()).hasSize(10);
        assertThat(lines.collect()).hasSize(1_000).containsOnly("line");
    }

    @Test
    void aSaveThatWasKilledIsNotOverwritten() throws IOException {
        Path target = directory.resolve("out");
        Files.createDirectories(target.resolve("_temporary/0815"));
        refused(
                () -> context.range(3).saveAsTextFile(target.toString()),
                "saveAsTextFile: the directory "
                        + target
                        + " holds a save that was not completed, of a program that was killed or that still runs; if"
                        + " none runs, delete it, or choose another one");
        assertThat(target.resolve("_temporary/0815")).isDirectory();
    }

    @Test
    void targetsThatCannotBeMeantAreRefused() throws IOException {
        Path file = write("file", "");
        refused(() -> context.range(3).saveAsTextFile(" "), "saveAsTextFile needs a path, not an empty text");
        refused(
                () -> context.range(3).saveAsObjectFile(file.toString()),
                "saveAsObjectFile: " + file + " is a file; give a directory to be made");
        refused(
                () -> context.range(3).saveAsTextFile("s3://bucket/out"),
                "saveAsTextFile: 's3://bucket/out' has the scheme s3, which is not known; give a path that every"
                        + " executor can open");
        assertThatThrownBy(() -> context.range(3).saveAsTextFile(file + "/below"))
                .hasMessage("saveAsTextFile cannot write to " + file + "/below: Not a directory");
        assertThat(names(directory)).containsExactly("file");
    }

    @Test
    void aPlaceWhereNothingCanBeMadeIsToldAsThat() {
        assumeThat(Path.of("/proc/self")).exists();
        assertThatThrownBy(() -> context.range(3).saveAsTextFile("/proc/out"))
                .hasMessage("saveAsTextFile cannot write to /proc/out: no directory can be made there");
    }

    // ---- objects

    enum Colour {
        RED,
        GREEN
    }

    record Point(int x, double y, String name, List<Point> next) {}

    private static Object random(Random random, int depth) {
        return switch (random.nextInt(depth == 0 ? 7 : 11)) {
            case 0 -> random.nextInt();
            case 1 -> random.nextLong();
            case 2 -> "text€".substring(random.nextInt(4)).repeat(random.nextInt(20));
            case 3 -> random.nextDouble();
            case 4 -> Colour.values()[random.nextInt(2)];
            case 5 -> List.of(random.nextBoolean());
            case 6 -> new Point(random.nextInt(), 0.5, "leaf", List.of());
            case 7 -> {
                List<Object> list = new ArrayList<>(Arrays.asList(random(random, depth - 1), null));
                list.add(random(random, depth - 1));
                yield list;
            }
            case 8 -> {
                Map<String, Object> map = new HashMap<>();
                map.put("key", random(random, depth - 1));
                map.put("none", null);
                yield map;
            }
            case 9 -> Pair.of(random(random, depth - 1), random(random, depth - 1));
            default -> new Point(1, 2, "node", List.of(new Point(3, 4, "next", List.of())));
        };
    }

    @Test
    void objectsThatAreSavedAreReadAgainInTheSamePartitions() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            Random random = new Random(seed);
            List<Object> objects = new ArrayList<>();
            for (int i = random.nextInt(2_000); i > 0; i--) {
                objects.add(random.nextInt(20) == 0 ? null : random(random, 3));
            }
            String target = directory + "/objects" + seed;
            Rdd<Object> saved = context.parallelize(objects, 1 + random.nextInt(5));
            saved.saveAsObjectFile(target);
            Rdd<Object> read = context.objectFile(target);
            assertThat(read.collectPartitions()).as("seed %d", seed).isEqualTo(saved.collectPartitions());
        }
        assertThat(names(directory.resolve("objects0"))).startsWith("_SUCCESS", "part-00000");
    }

    @Test
    void pairsThatAreSavedBecomePairsAgain() {
        String target = directory + "/pairs";
        context.parallelizePairs(List.of(Pair.of("a", 1), Pair.of("a", 2))).saveAsObjectFile(target);
        Rdd<Pair<String, Integer>> read = context.objectFile(target);
        assertThat(read.mapToPair(pair -> pair).reduceByKey(Integer::sum).collect()).containsExactly(Pair.of("a", 3));
    }

    private Path savedNumbers(int count) {
        String target = directory + "/numbers" + count;
        context.range(0, count, 1, 1).saveAsObjectFile(target);
        return Path.of(target, "part-00000");
    }

    @Test
    void anObjectFileThatWasCutOffIsAnErrorWhereverItWasCut() throws IOException {
        Path file = savedNumbers(100);
        byte[] bytes = Files.readAllBytes(file);
        for (int length = 0; length < bytes.length; length++) {
            Path cut = Files.write(directory.resolve("cut"), Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> context.objectFile(cut.toString()).collect())
                    .as("the first %d of %d bytes", length, bytes.length)
                    .hasMessageContaining("cannot read " + cut + " as an object file, ")
                    .hasMessageContaining(
                            ": it ends too early; the file is damaged or incomplete, make it again or leave it out");
        }
        assertThat(context.objectFile(file.toString()).count()).isEqualTo(100);
    }

    @Test
    void anObjectFileWithADamagedByteIsAnError() throws IOException {
        Path file = savedNumbers(100);
        byte[] bytes = Files.readAllBytes(file);
        for (int at = 0; at < bytes.length; at++) {
            byte[] damaged = bytes.clone();
            damaged[at] ^= 4;
            Path cut = Files.write(directory.resolve("damaged"), damaged);
            assertThatThrownBy(() -> context.objectFile(cut.toString()).collect())
                    .as("byte %d of %d", at, bytes.length)
                    .hasMessageContaining("cannot read " + cut + " as an object file, ");
        }
    }

    @Test
    void whatIsNoObjectFileIsNamed() throws IOException {
        Path file = write("some.txt", "some text");
        fails(
                () -> context.objectFile(file.toString()).collect(),
                "cannot read "
                        + file
                        + " as an object file, at its beginning: it was not written by saveAsObjectFile; the file is"
                        + " damaged or incomplete, make it again or leave it out");
    }

    @Test
    void anObjectFileOfAnotherSerializerIsNamed() throws IOException {
        Path file = savedNumbers(3);
        try (ContextFixture other = ContextFixture.create(new JavaSerializer(), true, 1 << 20, Pipelines.without())) {
            assertThatThrownBy(() -> other.context().objectFile(file.toString()).collect())
                    .hasMessageContaining(
                            "it was written with the serializer"
                                    + " dev.capstan.kernel.serialization.CompactSerializer, which is not this"
                                    + " program's");
        }
    }

    private void refusesHead(int at, int value, String reason) throws IOException {
        Path file = savedNumbers(3);
        byte[] bytes = Files.readAllBytes(file);
        bytes[at] = (byte) value;
        Files.write(file, bytes);
        assertThatThrownBy(() -> context.objectFile(file.toString()).collect())
                .hasMessageContaining("cannot read " + file + " as an object file, at its beginning: " + reason)
                .hasMessageNotContaining("damaged");
        Files.delete(file.resolveSibling("_SUCCESS"));
        Files.delete(file);
        Files.delete(file.getParent());
    }

    @Test
    void anObjectFileOfAnotherVersionOrKindIsToldWithWhatItIsAndWhatIsKnown() throws IOException {
        int head = FileHead.of(FileHead.Kind.OBJECT_FILE, new CompactSerializer()).length;
        refusesHead(7, 1, "it is of format version 1, and this program knows version 2");
        refusesHead(7, 9, "it is of format version 9, and this program knows version 2");
        refusesHead(8, 'C', "it is a file of a checkpoint, not an object file");
        refusesHead(8, '?', "it is of a kind that is not known here, not an object file");
        refusesHead(
                head - 1,
                7,
                "it was written with the serializer dev.capstan.kernel.serialization.CompactSerializer in version 7,"
                        + " and this program knows version 1");
    }

    record Vanishing(int x) implements Serializable {}

    @Test
    void anObjectFileOfAClassThatIsNotThereNamesFileElementAndClass() throws IOException {
        String target = directory + "/gone";
        context.parallelize(List.of(new Vanishing(1)), 1).saveAsObjectFile(target);
        Path file = Path.of(target, "part-00000");
        // the name of a class that is not there, of the same length
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1).replace("Vanishing", "Vanishinh");
        Files.write(file, withChecksum(text.getBytes(StandardCharsets.ISO_8859_1)));
        assertThatThrownBy(() -> context.objectFile(target).collect())
                .hasMessageContaining("cannot read element 1 of " + file + ": ")
                .hasMessageContaining("FilesTest$Vanishinh");
        assertThat(context.range(10).count()).isEqualTo(10);
    }

    /** Of an object file with one block. */
    private static byte[] withChecksum(byte[] bytes) throws IOException {
        int block = FileHead.of(FileHead.Kind.OBJECT_FILE, new CompactSerializer()).length;
        int length = ByteBuffer.wrap(bytes).getInt(block);
        var checksum = new CRC32C();
        checksum.update(bytes, block + 8, length);
        var number = new ByteArrayOutputStream();
        new DataOutputStream(number).writeInt((int) checksum.getValue());
        System.arraycopy(number.toByteArray(), 0, bytes, block + 4, 4);
        return bytes;
    }
}
