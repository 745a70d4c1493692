package dev.capstan.driver.console;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/**
 * Bars below what a program prints on a terminal.
 *
 * <p>Between {@link #open} and {@link #close}, {@code System.out} and {@code System.err} are replaced: what anybody
 * prints first erases the bars, and these come back with the next frame, once the program's line is finished. So no
 * line of the program is mixed with a bar, whether it is the program that prints, a task of it, or a log.
 */
final class Screen {
    private static final String TO_START = "\r";
    private static final String ERASE_BELOW = "\033[J";

    private final Supplier<List<String>> messages;

    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final PrintStream ourOut = new PrintStream(new Passing(out), true, out.charset());
    private final PrintStream ourErr = new PrintStream(new Passing(err), true, err.charset());

    // Guarded by this object's lock: the program's threads print while ours draws.
    private int shown;
    private boolean midLine;

    /** Whether the terminal can show more than ASCII. */
    boolean speaksUnicode() {
        return StandardCharsets.UTF_8.equals(err.charset());
    }

    /**
     * What is to be seen.
     *
     * @param messages printed for good
     * @param bars none or more, shown until the next frame or until somebody prints
     */
    record Frame(List<String> messages, List<String> bars) {}

    /**
     * @param messages takes those that wait, which are printed before what the program prints next
     */
    Screen(Supplier<List<String>> messages) {
        this.messages = messages;
    }

    /**
     * Takes the place of the program's streams: at once and not with the first bar, because {@code
     * System.out.println(dataset.collect())} asks for the stream before the job runs.
     *
     * @param outToo whether standard output may lead to a terminal as well
     */
    void open(boolean outToo) {
        System.setErr(ourErr);
        if (outToo) {
            System.setOut(ourOut);
        }
    }

    /** Gives the program its streams back, unless it has put others in their place. */
    void close() {
        if (System.out == ourOut) {
            System.setOut(out);
        }
        if (System.err == ourErr) {
            System.setErr(err);
        }
    }

    /**
     * Draws a frame.
     *
     * @param next makes it, while nobody else can print
     */
    synchronized void show(Supplier<Frame> next) {
        Frame frame = next.get();
        var text = new StringBuilder();
        erase(text);
        say(frame.messages, text);
        if (!frame.bars.isEmpty() && !midLine) {
            text.append(String.join("\n", frame.bars));
            shown = frame.bars.size();
        }
        print(text);
    }

    private void say(List<String> lines, StringBuilder text) {
        if (!lines.isEmpty() && midLine) {
            text.append('\n');
            midLine = false;
        }
        lines.forEach(line -> text.append(line).append('\n'));
    }

    private void erase(StringBuilder text) {
        if (shown > 0) {
            String up = shown > 1 ? "\033[" + (shown - 1) + "A" : "";
            text.append(TO_START).append(up).append(ERASE_BELOW);
            shown = 0;
        }
    }

    private void print(StringBuilder text) {
        if (!text.isEmpty()) {
            err.print(text);
            err.flush();
        }
    }

    private synchronized void pass(PrintStream target, byte[] bytes, int offset, int length) {
        var text = new StringBuilder();
        erase(text);
        if (!midLine) {
            say(messages.get(), text);
        }
        print(text);
        target.write(bytes, offset, length);
        if (length > 0) {
            midLine = bytes[offset + length - 1] != '\n';
        }
    }

    private final class Passing extends OutputStream {
        private final PrintStream target;

        Passing(PrintStream target) {
            this.target = target;
        }

        @Override
        public void write(int b) {
            pass(target, new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            pass(target, bytes, offset, length);
        }

        @Override
        public void flush() throws IOException {
            target.flush();
        }
    }
}
