package dev.capstan.engine.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

class BarrierAnswerTest {
    @Test
    void messagesArriveInTheirOrder() throws IOException {
        var gathered = new BarrierAnswer.Gathered(List.of(new byte[] {1, 2}, new byte[0], new byte[] {3}));
        var read = (BarrierAnswer.Gathered) BarrierAnswer.fromBytes(gathered.toBytes());
        assertThat(read.messages()).containsExactly(new byte[] {1, 2}, new byte[0], new byte[] {3});
    }

    @Test
    void aRefusalArrivesWithItsReason() throws IOException {
        var refused = new BarrierAnswer.Refused("gone \u2014 för immer");
        assertThat(BarrierAnswer.fromBytes(refused.toBytes())).isEqualTo(refused);
    }

    @Test
    void anAnswerThatIsCutOffIsRefused() {
        byte[] bytes = new BarrierAnswer.Gathered(List.of(new byte[100])).toBytes();
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> BarrierAnswer.fromBytes(cut)).isInstanceOf(IOException.class);
        }
    }
}
