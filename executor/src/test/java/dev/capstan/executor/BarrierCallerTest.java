package dev.capstan.executor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.BarrierAnswer;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.engine.task.BarrierCall;
import dev.capstan.engine.task.BarrierException;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.InMemoryTransport;
import dev.capstan.kernel.rpc.Node;
import dev.capstan.kernel.rpc.Receiver;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

@Timeout(60)
class BarrierCallerTest {
    private static final BarrierCall CALL =
            new BarrierCall(
                    new StageAttempt(new StageId(1), 0), new TaskId(4), 2, BarrierCall.Kind.ALL_GATHER, new byte[] {7});

    private final InMemoryTransport transport = new InMemoryTransport();
    private final List<Node> nodes = new ArrayList<>();
    private final ConcurrentLinkedQueue<Message> asked = new ConcurrentLinkedQueue<>();
    private final BarrierCaller caller =
            new BarrierCaller(
                    join("executor-1", new Answering(new byte[0])),
                    "driver",
                    Duration.ofSeconds(20),
                    Duration.ofMillis(1));

    private Node join(String name, Receiver receiver) {
        Node node = transport.join(new Hello(Hello.PROTOCOL, "app", "test", name, 1, 0), receiver);
        nodes.add(node);
        return node;
    }

    private void driverAnswers(BarrierAnswer answer) {
        join("driver", new Answering(answer.toBytes()));
    }

    private final class Answering implements Receiver {
        private final byte[] answer;

        Answering(byte[] answer) {
            this.answer = answer;
        }

        @Override
        public void receive(Address to, Message message) {}

        @Override
        public byte[] serve(Message request) throws IOException {
            asked.add(request);
            return answer;
        }
    }

    @AfterEach
    void leave() {
        nodes.forEach(Node::close);
    }

    @Test
    void itTellsTheDriverOfTheCallAndTheTaskWhatAllSaid() {
        driverAnswers(new BarrierAnswer.Gathered(List.of(new byte[] {7}, new byte[] {8})));
        assertThat(caller.pass(CALL)).containsExactly(new byte[] {7}, new byte[] {8});
        assertThat(asked).containsExactly(new BarrierRequest(CALL, Duration.ofSeconds(20)));
    }

    @Test
    void aRefusalIsThrownWithItsReasonAndNotAskedAgain() {
        driverAnswers(new BarrierAnswer.Refused("they do not meet"));
        assertThatThrownBy(() -> caller.pass(CALL)).isInstanceOf(BarrierException.class).hasMessage("they do not meet");
        assertThat(asked).hasSize(1);
    }

    @Test
    void withoutAWayToTheDriverItGivesUpAndSaysSo() {
        assertThatThrownBy(() -> caller.pass(CALL))
                .isInstanceOf(BarrierException.class)
                .hasMessageContaining("stage-1.0: allGather() (call 3) failed")
                .hasMessageContaining("driver");
    }

    /** A driver that ends while it is asked, and is there again at once. */
    private final class Ending implements Receiver {
        @Override
        public void receive(Address to, Message message) {}

        @Override
        public byte[] serve(Message request) {
            asked.add(request);
            nodes.getLast().close();
            driverAnswers(new BarrierAnswer.Gathered(List.of(new byte[] {9})));
            return new byte[0];
        }
    }

    @Test
    void aCallThatIsLostWithTheDriversNodeIsMadeAgain() {
        var patient = new BarrierCaller(nodes.getFirst(), "driver", Duration.ofSeconds(20), Duration.ofMillis(500));
        join("driver", new Ending());
        assertThat(patient.pass(CALL)).containsExactly(new byte[] {9});
        assertThat(asked).hasSize(2).containsOnly(new BarrierRequest(CALL, Duration.ofSeconds(20)));
    }

    /** A driver that answers when the test is over. */
    private static final class Silent implements Receiver {
        private final CountDownLatch over = new CountDownLatch(1);

        @Override
        public void receive(Address to, Message message) {}

        @Override
        public byte[] serve(Message request) throws IOException {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return new byte[0];
        }
    }

    @Test
    void anInterruptEndsTheWaitAndStays() {
        var silent = new Silent();
        join("driver", silent);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> caller.pass(CALL)).hasMessageContaining("interrupted in allGather() (call 3)");
        assertThat(Thread.interrupted()).isTrue();
        silent.over.countDown();
    }
}
