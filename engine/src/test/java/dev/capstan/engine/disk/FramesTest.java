package dev.capstan.engine.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

class FramesTest {
    @TempDir Path root;

    private LocalDirectories directories;

    @BeforeEach
    void open() {
        directories = new LocalDirectories(List.of(root));
    }

    @AfterEach
    void close() {
        directories.close();
    }

    private static List<byte[]> frames(Random random) {
        List<byte[]> frames = new ArrayList<>();
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            byte[] frame = new byte[random.nextInt(3) == 0 ? random.nextInt(300_000) : random.nextInt(100)];
            random.nextBytes(frame);
            Arrays.fill(frame, frame.length / 2, frame.length, (byte) 7);
            frames.add(frame);
        }
        return frames;
    }

    private static SpillFile.Content content(List<byte[]> frames) {
        return out -> {
            for (byte[] frame : frames) {
                out.frame(frame, 0, frame.length);
            }
        };
    }

    private static List<byte[]> read(Segment segment) throws IOException {
        List<byte[]> read = new ArrayList<>();
        try (Frames frames = segment.open()) {
            while (frames.next()) {
                read.add(Arrays.copyOfRange(frames.bytes(), frames.offset(), frames.offset() + frames.length()));
            }
        }
        return read;
    }

    @ParameterizedTest
    @EnumSource
    void whatWasSpilledComesBackAsItWasAlsoWhenItIsCopied(Codec codec) throws IOException {
        Random random = new Random(codec.ordinal());
        try (SpillFile spills = directories.spillFile("a test", codec)) {
            List<List<byte[]>> expected = new ArrayList<>();
            List<Segment> segments = new ArrayList<>();
            for (int round = 0; round < 30; round++) {
                expected.add(frames(random));
                segments.add(spills.append(content(expected.getLast()), 0));
            }
            List<byte[]> all = new ArrayList<>();
            for (int round = 0; round < 30; round++) {
                assertThat(read(segments.get(round)))
                        .usingElementComparator(Arrays::compare)
                        .isEqualTo(expected.get(round));
                all.addAll(expected.get(round));
            }
            Segment whole =
                    directories.writeWhole(
                            "copies",
                            0,
                            codec,
                            out -> {
                                for (Segment segment : segments) {
                                    out.copy(segment);
                                }
                            });
            assertThat(read(whole)).usingElementComparator(Arrays::compare).isEqualTo(all);
        }
    }

    /** Each bit of a file matters: whichever is turned, it is noticed, and nothing else is thrown. */
    @ParameterizedTest
    @EnumSource
    void everyDamageIsFoundAndTold(Codec codec) throws IOException {
        byte[] frame = "what was written, written, written".repeat(20).getBytes(StandardCharsets.UTF_8);
        Segment segment = directories.writeWhole("a test", 0, codec, content(List.of(frame, frame)));
        byte[] good = Files.readAllBytes(segment.file());
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << at % 8);
            Files.write(segment.file(), bad);
            assertThatThrownBy(() -> read(segment))
                    .as("byte %d", at)
                    .isInstanceOf(DamagedFrameException.class)
                    .hasMessageStartingWith("damaged frame: a test in " + segment.file() + " at byte ");
        }
    }

    @Test
    void aFrameThatIsSentIsCheckedWhereItArrives() throws IOException {
        byte[] raw = new byte[1_000];
        StoredFrame frame = StoredFrame.of(Codec.ZSTD, raw, 0, raw.length);
        assertThat(frame.decompressed("here")).isEqualTo(raw);
        byte[] bytes = frame.bytes().clone();
        bytes[2] ^= 1;
        StoredFrame damaged = new StoredFrame(frame.codec(), frame.rawLength(), frame.checksum(), bytes);
        assertThatThrownBy(() -> damaged.decompressed("block 3 from executor-2"))
                .hasMessage("damaged frame: block 3 from executor-2: its checksum does not match");
    }

    @Test
    void aStreamThatEndsAnywhereBeforeItsMarkSaysWhatItCarried() throws IOException {
        Segment segment = directories.writeWhole("a test", 0, Codec.LZ4, content(List.of(new byte[10], new byte[99])));
        var sent = new ByteArrayOutputStream();
        try (StoredFrames stored = segment.openStored()) {
            FrameStream.write(stored, sent);
        }
        for (int cut = 0; cut < sent.size(); cut++) {
            Frames frames = FrameStream.read(new ByteArrayInputStream(sent.toByteArray(), 0, cut), "block 3 from b");
            assertThatThrownBy(
                            () -> {
                                while (frames.next()) {
                                    assertThat(frames.length()).isPositive();
                                }
                            })
                    .as("the first %d bytes", cut)
                    .isInstanceOf(EOFException.class)
                    .hasMessage("block 3 from b: the stream ends before its mark");
        }
    }
}
