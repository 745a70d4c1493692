package dev.capstan.driver.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.dag.JobEvent;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

@Tag("live")
class ConsoleTest {
    private final PrintStream out = System.out;
    private final PrintStream err = System.err;
    private final ByteArrayOutputStream seen = new ByteArrayOutputStream();
    private final PrintStream terminal = new PrintStream(seen, true, StandardCharsets.UTF_8);

    @BeforeEach
    void watchBoth() {
        System.setOut(terminal);
        System.setErr(terminal);
    }

    @AfterEach
    void restore() {
        System.setOut(out);
        System.setErr(err);
    }

    @Test
    void whatIsToBeSaidIsSaidBeforeTheConsoleIsClosedAndNoThreadIsLeft() {
        Console console = Console.start();
        console.onJobEvent(new JobEvent.Notice("read this"));
        console.closed();
        console.closed();
        assertThat(seen()).isEqualTo("capstan: read this\n");
        assertThat(Thread.getAllStackTraces().keySet()).noneMatch(thread -> thread.getName().equals("capstan-console"));
    }

    @Test
    void whatTheProgramPrintsErasesTheBars() {
        var screen = new Screen(List::of);
        screen.open(true);
        screen.show(() -> frame("one", "two"));
        System.out.print("half a line");
        screen.show(() -> frame("not now"));
        System.out.println(", and its end");
        screen.show(() -> frame("again"));
        screen.show(ConsoleTest::frame);
        assertThat(seen()).isEqualTo("one\ntwo\r\033[1A\033[Jhalf a line, and its end\nagain\r\033[J");
    }

    @Test
    void aStreamThatTheProgramAskedForBeforeTheJobRanErasesTheBarsToo() {
        var screen = new Screen(List::of);
        screen.open(true);
        PrintStream asked = System.out; // System.out.println(dataset.collect())
        screen.show(() -> frame("bar"));
        asked.println("result");
        assertThat(seen()).isEqualTo("bar\r\033[Jresult\n");
    }

    @Test
    void aMessageComesBeforeWhatTheProgramPrintsNext() {
        List<String> messages = new ArrayList<>();
        var screen =
                new Screen(() -> {
                    List<String> taken = List.copyOf(messages);
                    messages.clear();
                    return taken;
                });
        screen.open(true);
        screen.show(() -> frame("bar"));
        messages.add("the job is done");
        System.err.println("the program goes on");
        screen.show(ConsoleTest::frame);
        assertThat(seen()).isEqualTo("bar\r\033[Jthe job is done\nthe program goes on\n");
    }

    @Test
    void theProgramsStreamsAreItsOwnAgainInTheEnd() {
        var screen = new Screen(List::of);
        screen.open(true);
        screen.show(() -> frame("bar"));
        assertThat(System.out).isNotSameAs(terminal);
        screen.show(ConsoleTest::frame);
        screen.close();
        assertThat(List.of(System.out, System.err)).allMatch(stream -> stream == terminal);
    }

    @ParameterizedTest
    @CsvSource({"'24 80\n',,80", "'0 0\n',,80", "'0 0\n',132,132", "'0 0\n',x,80", "'',100,0", "'50 201',100,201"})
    void theWidthComesFromTheTerminalOrTheEnvironment(String answer, String columns, int width) {
        assertThat(Terminal.of(answer, columns).width()).isEqualTo(width);
    }

    private static Screen.Frame frame(String... bars) {
        return new Screen.Frame(List.of(), List.of(bars));
    }

    private String seen() {
        return seen.toString(StandardCharsets.UTF_8);
    }
}
