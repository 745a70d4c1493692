package dev.capstan.bench.capstan;

import dev.capstan.bench.side.Expect;
import dev.capstan.bench.side.Figure;
import dev.capstan.bench.side.Program;
import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;
import dev.capstan.ha.MemoryEpochStore;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Journal;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterLink;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.scheduler.FrameworkConfig;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkRecovery;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.FrameworkUser;
import dev.capstan.mesos.scheduler.TaskRequest;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many offers a framework is bothered with for each task that it launches: 48 commands that end at once, on four
 * agents that have room for 16 at a time, and then ten seconds in which nothing is wanted.
 */
final class OffersPerTask {
    private static final int TASKS = 48;
    private static final int AGENTS = 4;
    private static final int CPUS = 4;
    private static final long BOUND_SECONDS = 60;
    private static final long IDLE_MILLIS = 10_000;

    private OffersPerTask() {}

    static Program prepare() {
        return () -> {
            try (MesosDevCluster cluster = MesosDevCluster.start(ClusterSpec.agents(AGENTS, CPUS, 4_096))) {
                int offers = offersFor(cluster.masterAddress());
                return Figure.of((double) offers / TASKS, TASKS);
            } catch (IOException e) {
                throw new IllegalStateException("the framework cannot be started", e);
            }
        };
    }

    private static int offersFor(String master) throws IOException, InterruptedException {
        var offers = new AtomicInteger();
        var ended = new CountDownLatch(TASKS);
        var framework = new Address("bench", "framework");
        var user = new Address("bench", "user");
        try (var store = new MemoryEpochStore();
                var loop =
                        new ActorLoop(
                                "bench",
                                (_, _, _) -> {},
                                fault -> {
                                    throw new IllegalStateException(fault.cause());
                                });
                var journal = FrameworkRecovery.journal(store.take(), List.of(), "bench");
                var link =
                        new MasterLink(
                                MasterPlace.parse(master),
                                new MasterAccess(null, null),
                                message -> {
                                    count(message, offers);
                                    loop.tell(framework, message);
                                })) {
            loop.host(framework, scheduler(user), link, journal);
            loop.host(user, counting(ended), Operations.NONE, Journal.NONE);
            loop.start();
            loop.tell(framework, new FrameworkMessage.Start());
            for (int i = 0; i < TASKS; i++) {
                loop.tell(framework, new FrameworkMessage.Launch(request(i)));
            }
            Expect.equal(1, ended.await(BOUND_SECONDS, TimeUnit.SECONDS) ? 1 : 0, "all tasks have ended");
            Thread.sleep(IDLE_MILLIS);
            loop.tell(framework, new FrameworkMessage.Stop(true));
            return offers.get();
        }
    }

    private static void count(FrameworkMessage message, AtomicInteger offers) {
        if (message instanceof FrameworkMessage.EventArrived(_, var event) && event.getType() == Event.Type.OFFERS) {
            offers.addAndGet(event.getOffers().getOffersCount());
        }
    }

    private static FrameworkScheduler scheduler(Address user) {
        FrameworkInfo info =
                FrameworkInfo.newBuilder()
                        .setUser(System.getProperty("user.name"))
                        .setName("offers per task")
                        .addRoles("*")
                        .addCapabilities(
                                FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE))
                        .build();
        return new FrameworkScheduler(
                new FrameworkConfig(info, FrameworkConfig.Timing.USUAL, 0, 1),
                new FrameworkUser(user, event -> event),
                List.of());
    }

    private static Actor<FrameworkEvent> counting(CountDownLatch ended) {
        return (event, _) -> {
            if (event instanceof FrameworkEvent.TaskEnded) {
                ended.countDown();
            }
            return List.<Effect>of();
        };
    }

    private static TaskRequest request(int number) {
        TaskInfo.Builder task = TaskInfo.newBuilder();
        task.getCommandBuilder().setShell(true).setValue("true");
        return new TaskRequest(
                "task-" + number, "*", Needs.of(1_000, 128_000), Constraints.parse(""), "group", task.buildPartial());
    }
}
