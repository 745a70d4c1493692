package dev.capstan.devcluster.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.devcluster.mesos.Replay.Care;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.List;

/** What real masters and agents answered is what ours answer. The conversations mostly wait, and do so together. */
@Tag("process")
class ReplayTest {
    private static final Care STRICT = new Care(false, true, false);
    private static final Care ANY_PORTIONS = new Care(false, false, false);
    private static final Care WITH_PAUSES = new Care(true, true, false);
    private static final Care WITH_TIMES = new Care(false, true, true);

    private record Conversation(String name, Care care) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Conversation> conversations() {
        return List.of(
                new Conversation("01-subscribe-first-offers-heartbeats", WITH_TIMES),
                new Conversation("02-decline-filters", STRICT),
                new Conversation("03-command-task-acknowledged", STRICT),
                new Conversation("04-updates-not-acknowledged", WITH_TIMES),
                new Conversation("05-bad-acknowledgements", STRICT),
                new Conversation("06-combined-offers", WITH_PAUSES),
                new Conversation("07-invalid-accepts", ANY_PORTIONS),
                new Conversation("08-kill", ANY_PORTIONS),
                new Conversation("09-reconcile", STRICT),
                new Conversation("10-suppress-revive", STRICT),
                new Conversation("11-streams-ids-and-bad-requests", STRICT),
                new Conversation("12-disconnect-and-failover-timeout", WITH_PAUSES),
                new Conversation("13-teardown", ANY_PORTIONS),
                new Conversation("14-custom-executor", ANY_PORTIONS),
                new Conversation("14b-executor-environment-and-auth", ANY_PORTIONS),
                new Conversation("15-executor-late-or-killed", ANY_PORTIONS),
                new Conversation("16-agent-restart-checkpoint", ANY_PORTIONS),
                new Conversation("16b-agent-restart-slow-executor", ANY_PORTIONS),
                new Conversation("16c-agent-restart-no-checkpoint", ANY_PORTIONS),
                new Conversation("16d-agent-restart-tasks-without-update", ANY_PORTIONS),
                new Conversation("16e-executor-stream-break-no-checkpoint", ANY_PORTIONS),
                new Conversation("24-data-and-labels", ANY_PORTIONS),
                new Conversation("26-protobuf-bytes", STRICT));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("conversations")
    @Timeout(120)
    @Execution(ExecutionMode.CONCURRENT)
    void theRecordedConversationIsHeldAgain(Conversation conversation) throws IOException {
        var recording = Recording.of(conversation.name());
        try (var cluster = MesosDevCluster.prepare(recording.spec());
                var replay = new Replay(cluster, conversation.care())) {
            replay.run(recording.trace());
            assertThat(replay.differences()).isEmpty();
            assertThat(replay.compared()).isGreaterThan(10);
        }
    }
}
