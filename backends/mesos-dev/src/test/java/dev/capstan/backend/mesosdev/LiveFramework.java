package dev.capstan.backend.mesosdev;

import dev.capstan.ha.EpochStore;
import dev.capstan.ha.Term;
import dev.capstan.ha.TermJournal;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operation;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterLink;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.scheduler.FrameworkConfig;
import dev.capstan.mesos.scheduler.FrameworkDescription;
import dev.capstan.mesos.scheduler.FrameworkEntry;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkRecovery;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.FrameworkUser;
import dev.capstan.mesos.scheduler.MasterOperation;
import dev.capstan.testing.Await;

import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A framework that lives, as any program would set it up, and all that it said and heard. */
final class LiveFramework implements AutoCloseable {
    private static final Address FRAMEWORK = new Address("test", "framework");
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Predicate<Call> says;
    private final List<FrameworkEvent> told = new CopyOnWriteArrayList<>();
    private final List<Event> heard = new CopyOnWriteArrayList<>();
    private final List<Call> said = new CopyOnWriteArrayList<>();
    private final ActorLoop loop;
    private final MasterLink link;
    private final TermJournal<FrameworkEntry> journal;

    /**
     * @param store that it has its book in
     * @param says which calls it really makes; those that it does not are lost on their way
     */
    LiveFramework(String master, FrameworkDescription description, EpochStore store, Predicate<Call> says)
            throws IOException {
        this.says = says;
        Term term = store.take();
        List<FrameworkEntry> book = FrameworkRecovery.recover(term);
        var scheduler =
                new FrameworkScheduler(
                        new FrameworkConfig(
                                description,
                                FrameworkConfig.Timing.USUAL,
                                System.currentTimeMillis() * NANOS_PER_MILLI - System.nanoTime(),
                                1),
                        new FrameworkUser(new Address("test", "user"), event -> event),
                        book);
        this.loop =
                new ActorLoop(
                                "framework",
                                (_, _, message) -> told.add((FrameworkEvent) message),
                                fault -> told.add(new FrameworkEvent.Disconnected("a fault of ours: " + fault)))
                        .start();
        this.link = new MasterLink(MasterPlace.parse(master), MasterAccess.OPEN, this::hear);
        this.journal = FrameworkRecovery.journal(term, book, "framework");
        loop.host(FRAMEWORK, scheduler, this::perform, journal);
        tell(new FrameworkMessage.Start());
        await(FrameworkEvent.Registered.class, _ -> true);
    }

    private void hear(FrameworkMessage message) {
        if (message instanceof FrameworkMessage.EventArrived(_, var event)) {
            heard.add(event);
        }
        boolean unused = loop.tell(FRAMEWORK, message);
    }

    private void perform(Operation operation, Consumer<Message> reply) {
        if (operation instanceof MasterOperation.Say(_, var call)) {
            if (!says.test(call)) {
                return;
            }
            said.add(call);
        }
        link.perform(operation, reply);
    }

    void tell(FrameworkMessage message) {
        boolean unused = loop.tell(FRAMEWORK, message);
    }

    /** The first event of its kind that fits, once it was told. */
    <E extends FrameworkEvent> E await(Class<E> kind, Predicate<E> fits) {
        if (!Await.until(() -> told(kind).stream().anyMatch(fits), BOUND)) {
            throw new AssertionError("no " + kind.getSimpleName() + " that fits among " + told);
        }
        return told(kind).stream().filter(fits).findFirst().orElseThrow();
    }

    <E extends FrameworkEvent> List<E> told(Class<E> kind) {
        return told.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    String id() {
        return await(FrameworkEvent.Registered.class, _ -> true).frameworkId();
    }

    /** What the master said, on all connections. */
    List<Event> heard() {
        return heard;
    }

    /** The calls that were made, SUBSCRIBE excepted. */
    List<Call> said() {
        return said;
    }

    /** What becomes of a process that is killed: nothing is said any more. */
    void vanish() {
        loop.close();
        link.close();
        journal.close();
    }

    @Override
    public void close() {
        if (told(FrameworkEvent.Stopped.class).isEmpty()) {
            tell(new FrameworkMessage.Stop(true));
            await(FrameworkEvent.Stopped.class, _ -> true);
        }
        vanish();
    }
}
