package dev.capstan.mesos.scheduler;

import com.google.protobuf.TextFormat;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** What schedulers and a real master have said to each other, line by line. */
record Recorded(List<Line> lines) {
    /** One of them. */
    sealed interface Line {
        record Said(Call call) implements Line {}

        record Heard(Event event) implements Line {}

        /** Of the call before. */
        record Refused(String reason) implements Line {}
    }

    static Recorded read(String name) {
        try (InputStream file = Recorded.class.getResourceAsStream("recorded/" + name + ".txt")) {
            String text = new String(Objects.requireNonNull(file, name).readAllBytes(), StandardCharsets.UTF_8);
            return new Recorded(text.lines().filter(line -> !line.startsWith("#")).map(Recorded::line).toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Line line(String line) {
        String text = line.substring(2);
        try {
            return switch (line.charAt(0)) {
                case '>' -> new Line.Said(TextFormat.parse(text, Call.class));
                case '<' -> new Line.Heard(TextFormat.parse(text, Event.class));
                case '!' -> new Line.Refused(text);
                default -> throw new IllegalArgumentException(line);
            };
        } catch (TextFormat.ParseException e) {
            throw new IllegalArgumentException(line, e);
        }
    }

    List<Event> heard(Event.Type type) {
        return lines.stream()
                .filter(line -> line instanceof Line.Heard(var event) && event.getType() == type)
                .map(line -> ((Line.Heard) line).event())
                .toList();
    }

    List<Call> said(Call.Type type) {
        return lines.stream()
                .filter(line -> line instanceof Line.Said(var call) && call.getType() == type)
                .map(line -> ((Line.Said) line).call())
                .toList();
    }

    /** The one who speaks. */
    FrameworkInfo framework() {
        return said(Call.Type.SUBSCRIBE).getFirst().getSubscribe().getFrameworkInfo();
    }

    /** The one who speaks, as soon as the master has taken it. */
    FrameworkFixture subscribed() {
        var fixture = new FrameworkFixture(framework());
        fixture.tell(new FrameworkMessage.Start());
        fixture.hear(heard(Event.Type.SUBSCRIBED).getFirst());
        return fixture;
    }
}
