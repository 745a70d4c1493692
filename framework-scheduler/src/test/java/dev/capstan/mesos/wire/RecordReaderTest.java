package dev.capstan.mesos.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class RecordReaderTest {
    private static final int MOST = 1_000;

    @Test
    void recordsThatAreSplitAtEveryByteArriveWhole() throws MalformedRecordException {
        List<byte[]> records = List.of(bytes("one"), bytes(""), bytes("3\nthree"), new byte[MOST]);
        byte[] stream = framed(records);
        for (int cut = 0; cut <= stream.length; cut++) {
            var reader = new RecordReader(MOST);
            List<byte[]> seen = new ArrayList<>(reader.read(ByteBuffer.wrap(stream, 0, cut)));
            seen.addAll(reader.read(ByteBuffer.wrap(stream, cut, stream.length - cut)));
            assertThat(seen).as("cut at %d", cut).usingRecursiveComparison().isEqualTo(records);
            assertThat(reader.isBetweenRecords()).isTrue();
        }
    }

    @Test
    void randomRecordsInRandomPiecesArriveWhole() throws MalformedRecordException {
        for (int seed = 0; seed < 500; seed++) {
            var random = new Random(seed);
            List<byte[]> records = new ArrayList<>();
            for (int i = random.nextInt(20); i > 0; i--) {
                byte[] record = new byte[random.nextInt(MOST + 1)];
                random.nextBytes(record);
                records.add(record);
            }
            byte[] stream = framed(records);
            var reader = new RecordReader(MOST);
            List<byte[]> seen = new ArrayList<>();
            for (int at = 0; at < stream.length; ) {
                int length = Math.min(stream.length - at, 1 + random.nextInt(300));
                seen.addAll(reader.read(ByteBuffer.wrap(stream, at, length)));
                at += length;
            }
            assertThat(seen).as("seed %d", seed).usingRecursiveComparison().isEqualTo(records);
        }
    }

    @Test
    void aRecordAboveTheLimitIsRefusedBeforeMemoryIsTakenForIt() {
        assertThatThrownBy(() -> new RecordReader(MOST).read(ByteBuffer.wrap(bytes("1001\n"))))
                .isInstanceOf(MalformedRecordException.class)
                .hasMessageContaining("1000 bytes");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\n", "x", "-1\n", "1 \na", "<html>", "+3\nabc", "000000000000000000000\n", "99999999999\n"})
    void whatIsNotRecordIoIsRefused(String text) {
        assertThatThrownBy(() -> new RecordReader(MOST).read(ByteBuffer.wrap(bytes(text))))
                .isInstanceOf(MalformedRecordException.class);
    }

    @Test
    void anEndWithinARecordIsNoticed() throws MalformedRecordException {
        for (String text : List.of("5", "5\n", "5\nabcd")) {
            var reader = new RecordReader(MOST);
            assertThat(reader.read(ByteBuffer.wrap(bytes(text)))).isEmpty();
            assertThat(reader.isBetweenRecords()).as(text).isFalse();
        }
    }

    private static byte[] framed(List<byte[]> records) {
        var stream = new ByteArrayOutputStream();
        records.forEach(record -> stream.writeBytes(RecordWriter.frame(record)));
        return stream.toByteArray();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
