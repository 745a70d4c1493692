package dev.capstan.mesos.master;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

final class MesosHttpTest {
    private static final Duration SOON = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void whoReadsAReasonIsWokenBeforeTheClosingHasReturned() throws IOException {
        assertThat(MesosHttp.text(new Dragging("because"), SOON)).isEqualTo("because");
    }

    @Test
    void aReasonThatBreaksOffByItselfIsAFailure() {
        InputStream broken =
                new InputStream() {
                    @Override
                    public int read() throws IOException {
                        throw new IOException("reset");
                    }
                };
        assertThatThrownBy(() -> MesosHttp.text(broken, LONG)).isInstanceOf(IOException.class).hasMessage("reset");
    }

    @Test
    void aReasonThatEndsIsTakenWhole() throws IOException {
        var body = new ByteArrayInputStream(" not now\n".getBytes(StandardCharsets.UTF_8));
        assertThat(MesosHttp.text(body, LONG)).isEqualTo("not now");
    }

    /** Says something and then nothing; closing it wakes who reads, and only returns once that one has given up. */
    private static final class Dragging extends InputStream {
        private final byte[] text;
        private int position;
        private final CountDownLatch closing = new CountDownLatch(1);
        private final CountDownLatch left = new CountDownLatch(1);

        Dragging(String text) {
            this.text = text.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (position < text.length) {
                into[offset] = text[position++];
                return 1;
            }
            await(closing);
            throw new IOException("closed");
        }

        @Override
        public void close() {
            if (closing.getCount() == 0) {
                left.countDown();
                return;
            }
            closing.countDown();
            await(left);
        }

        private static void await(CountDownLatch latch) {
            try {
                assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
