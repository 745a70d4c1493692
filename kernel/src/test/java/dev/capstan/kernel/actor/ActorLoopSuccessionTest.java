package dev.capstan.kernel.actor;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** An actor that takes the address of another, as in a new term. */
class ActorLoopSuccessionTest {
    private static final Address A = new Address("n", "a");
    private static final Address B = new Address("n", "b");
    private static final Address FAR = new Address("far", "x");

    private final BlockingQueue<String> sent = new LinkedBlockingQueue<>();
    private final BlockingQueue<Fault> faults = new LinkedBlockingQueue<>();
    private final BlockingQueue<Consumer<@Nullable Throwable>> appends = new LinkedBlockingQueue<>();
    private final ActorLoop loop =
            new ActorLoop("tested-loop", (_, _, message) -> sent.add(((Word) message).text), faults::add);

    private record Word(String text) implements Message {}

    private record Note() implements Entry {}

    @AfterEach
    void close() {
        loop.close();
    }

    private void host(Address address, Effect... effects) {
        Actor<Word> actor = (_, _) -> List.of(effects);
        loop.host(address, actor, Operations.NONE, (_, done) -> appends.add(done));
    }

    private static Effect send(String text) {
        return new Effect.Send(FAR, new Word(text));
    }

    private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
        T next = queue.poll(20, TimeUnit.SECONDS);
        assertThat(next).as("something within 20 s").isNotNull();
        return next;
    }

    @Test
    void whatTheOldActorAppendedNeitherFreesNorEndsTheNewOne() throws InterruptedException {
        loop.start();
        host(A, new Effect.Persist(new Note()), send("old"));
        loop.tell(A, new Word("go"));
        Consumer<@Nullable Throwable> ofTheOld = next(appends);
        host(A, new Effect.Persist(new Note()), send("new"));
        loop.tell(A, new Word("go"));
        Consumer<@Nullable Throwable> ofTheNew = next(appends);

        ofTheOld.accept(null);
        ofTheOld.accept(new IllegalStateException("its term is over"));
        host(B, send("mark"));
        loop.tell(B, new Word("go"));
        assertThat(next(sent)).isEqualTo("mark");
        ofTheNew.accept(null);
        assertThat(next(sent)).isEqualTo("new");
        assertThat(faults).isEmpty();
    }

    @Test
    void whatAnOperationOfTheOldActorBringsDoesNotReachTheNewOne() throws InterruptedException {
        var replies = new LinkedBlockingQueue<Consumer<Message>>();
        Operations slow = (_, reply) -> replies.add(reply);
        Actor<Word> asks = (_, _) -> List.of(new Effect.Perform(new Ask()));
        Actor<Word> tells = (word, _) -> List.of(send("the new one heard " + word.text));
        loop.host(A, asks, slow, Journal.NONE);
        loop.start();
        loop.tell(A, new Word("go"));
        Consumer<Message> reply = next(replies);
        loop.host(A, tells, slow, Journal.NONE);

        reply.accept(new Word("the outcome"));
        loop.tell(A, new Word("go"));
        assertThat(next(sent)).isEqualTo("the new one heard go");
        assertThat(sent).isEmpty();
    }

    private record Ask() implements Operation {}
}
