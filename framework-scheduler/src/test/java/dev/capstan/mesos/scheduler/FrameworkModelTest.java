package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.NONE;
import static dev.capstan.mesos.scheduler.FrameworkFixture.info;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.kernel.actor.Effect;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Tasks, groups, changes of resources and of the description, while connections break, processes end between any two
 * effects, and what masters say comes twice.
 */
class FrameworkModelTest {
    private static final int SEEDS = 600;
    private static final int STEPS = 300;

    @Test
    void whateverBreaksAllThatWasPlacedEndsOnceAndNothingIsLeftOpen() {
        int placed = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            var run = new Run(seed);
            try {
                for (int step = 0; step < STEPS; step++) {
                    run.step();
                }
                run.heal();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("seed " + seed + ", the last of it: " + run.last(), e);
            }
            placed += run.everPlaced;
        }
        assertThat(placed).as("enough has happened").isGreaterThan(SEEDS * 5);
    }

    private static final class Run {
        final SplittableRandom random;
        private final ModelMaster master;
        private final List<FrameworkEntry> durable = new ArrayList<>();

        /** What a process that comes after would know. */
        private final Book known = new Book();

        private final Deque<Call> toMaster = new ArrayDeque<>();
        private final Deque<FrameworkMessage> toFramework = new ArrayDeque<>();
        private final Deque<String> history = new ArrayDeque<>();

        // of the process that lives now
        private FrameworkScheduler framework = process();
        private final Map<String, FrameworkMessage> timers = new LinkedHashMap<>();
        private final Set<String> open = new HashSet<>();
        private final Set<String> over = new HashSet<>();
        private final List<ResourceChange> undo = new ArrayList<>();
        private FrameworkInfo inForce = info();
        private long connection;
        private boolean isConnected;

        private long now;
        private int numbers;
        private boolean healed;
        int everPlaced;

        Run(long seed) {
            random = new SplittableRandom(seed);
            master = new ModelMaster(random, toFramework::add);
            tell(new FrameworkMessage.Start());
        }

        private FrameworkScheduler process() {
            return new FrameworkScheduler(
                    new FrameworkConfig(info(), FrameworkConfig.Timing.USUAL, 0, 1),
                    new FrameworkUser(FrameworkFixture.USER, event -> event),
                    List.copyOf(durable));
        }

        String last() {
            return String.join("\n", history);
        }

        private void note(String what) {
            history.add(what);
            if (history.size() > 60) {
                history.remove();
            }
        }

        void step() {
            now += random.nextLong(Duration.ofSeconds(1).toNanos());
            switch (random.nextInt(23)) {
                case 0, 1 -> want();
                case 2 -> describe();
                case 3, 4, 5, 6 -> masterHears();
                case 7, 8, 9, 10, 11 -> frameworkHears();
                case 12, 13, 14 -> master.allocate();
                case 15 -> rescind();
                case 16, 17, 18 -> progress();
                case 19 -> sayAgain();
                case 20 -> fail();
                default -> timer();
            }
        }

        private void fail() {
            switch (random.nextInt(6)) {
                case 0, 1 -> breakConnection();
                case 2 -> die();
                default -> {} // not too often, or nothing comes of anything
            }
        }

        private void rescind() {
            if (isConnected) {
                master.rescind();
            }
        }

        private void progress() {
            if (isConnected) {
                master.progress();
            }
        }

        private void sayAgain() {
            if (isConnected) {
                master.sayAgain();
            }
        }

        private void want() {
            String id = "n" + numbers++;
            switch (random.nextInt(5)) {
                case 0 -> tell(new FrameworkMessage.Launch(reservedOrNot(id)));
                case 1 -> tell(new FrameworkMessage.LaunchGroup(group(id)));
                case 2 ->
                        tell(
                                operate(
                                        id,
                                        new ResourceChange.Reserve(
                                                Needs.of(1_000, 0), NONE, "", Labels.getDefaultInstance())));
                case 3 -> {
                    if (!undo.isEmpty()) {
                        tell(operate(id, undo.removeFirst()));
                    }
                }
                default -> tell(new FrameworkMessage.Cancel("n" + random.nextInt(numbers)));
            }
        }

        private TaskRequest reservedOrNot(String id) {
            var task =
                    new TaskRequest(id, "dev", Needs.of(1_000, 64_000), NONE, "group", TaskInfo.getDefaultInstance());
            return random.nextBoolean() ? task : task.reserving(reservation(id));
        }

        private static Reservation reservation(String id) {
            return new Reservation(id, "", Labels.getDefaultInstance());
        }

        /** Under one of a few executors, so that some join one that runs. */
        private GroupRequest group(String id) {
            String executor = "e-" + random.nextInt(3);
            var group =
                    new GroupRequest(
                            "dev",
                            NONE,
                            "group",
                            ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue(executor)).build(),
                            Needs.of(100, 32_000).withDisk(1_000),
                            List.of(member(id), member(id + "-b")));
            return random.nextBoolean() ? group : group.reserving(reservation(id));
        }

        private static GroupRequest.Member member(String id) {
            return new GroupRequest.Member(id, Needs.of(500, 32_000), TaskInfo.getDefaultInstance());
        }

        private static FrameworkMessage operate(String id, ResourceChange change) {
            return new FrameworkMessage.Operate(new OperationRequest(id, "dev", change));
        }

        private void describe() {
            FrameworkInfo other = info().toBuilder().setWebuiUrl("http://" + numbers++).build();
            tell(new FrameworkMessage.Describe(new FrameworkDescription(other, OfferConstraints.getDefaultInstance())));
        }

        private void masterHears() {
            if (isConnected && !toMaster.isEmpty()) {
                Call call = toMaster.remove();
                if (call.getType() == Call.Type.SUBSCRIBE) {
                    master.subscribe(connection, call.getSubscribe());
                } else {
                    master.hear(call);
                }
            }
        }

        private void frameworkHears() {
            if (!toFramework.isEmpty()) {
                FrameworkMessage message = toFramework.remove();
                tell(message);
                if (random.nextInt(10) == 0 && isStatus(message)) {
                    tell(message);
                }
            }
        }

        private static boolean isStatus(FrameworkMessage message) {
            return message instanceof FrameworkMessage.EventArrived(_, var event)
                    && (event.getType() == Event.Type.UPDATE || event.getType() == Event.Type.UPDATE_OPERATION_STATUS);
        }

        private void timer() {
            if (!timers.isEmpty()) {
                List<String> names = List.copyOf(timers.keySet());
                FrameworkMessage due = timers.remove(names.get(random.nextInt(names.size())));
                if (!(due instanceof FrameworkMessage.CheckHeartbeat)
                        && !(due instanceof FrameworkMessage.GiveUpConnecting)) {
                    now += Duration.ofMinutes(1).toNanos();
                    tell(due);
                }
            }
        }

        private void breakConnection() {
            if (isConnected) {
                cut();
                tell(new FrameworkMessage.ConnectionEnded(connection, false, "cut"));
            }
        }

        private void cut() {
            isConnected = false;
            toMaster.clear();
            toFramework.clear();
        }

        /** What the process knew and has not written is gone with it. */
        private void die() {
            note("dies");
            cut();
            timers.clear();
            open.clear();
            over.clear();
            undo.clear();
            inForce = info();
            framework = process();
            tell(new FrameworkMessage.Start());
        }

        private void tell(FrameworkMessage message) {
            note(String.valueOf(message.trace()));
            List<Effect> effects = new ArrayList<>(framework.on(message, now));
            effects.addAll(framework.endOfTurn(now));
            int end = !healed && random.nextInt(200) == 0 ? random.nextInt(effects.size() + 1) : effects.size();
            effects.subList(0, end).forEach(this::perform);
            if (end < effects.size()) {
                die();
            }
        }

        private void perform(Effect effect) {
            switch (effect) {
                case Effect.Persist(var entry) -> {
                    durable.add((FrameworkEntry) entry);
                    known.apply((FrameworkEntry) entry);
                }
                case Effect.Send(_, var event) -> heard((FrameworkEvent) event);
                case Effect.Arm(var name, _, var message) -> timers.put(name, (FrameworkMessage) message);
                case Effect.Disarm(var name) -> timers.remove(name);
                case Effect.Perform(MasterOperation.Connect(var number, var call)) -> {
                    cut();
                    connection = number;
                    isConnected = true;
                    toMaster.add(call);
                }
                case Effect.Perform(MasterOperation.Say(var number, var call)) -> {
                    assertThat(number).isEqualTo(connection);
                    requireDurable(call);
                    toMaster.add(call);
                }
                case Effect.Perform(MasterOperation.HangUp(var number)) -> {
                    assertThat(number).isEqualTo(connection);
                    cut();
                }
                case Effect.Perform _ -> {} // a look around, which needs no answer
            }
        }

        private void requireDurable(Call call) {
            switch (call.getType()) {
                case ACCEPT -> {
                    for (Offer.Operation operation : call.getAccept().getOperationsList()) {
                        for (TaskInfo task : Launches.tasks(operation)) {
                            assertThat(known.task(task.getTaskId().getValue())).isNotNull();
                        }
                        if (operation.hasId()) {
                            assertThat(known.operation(operation.getId().getValue())).isNotNull();
                        }
                    }
                }
                case ACKNOWLEDGE_OPERATION_STATUS -> {
                    String id = call.getAcknowledgeOperationStatus().getOperationId().getValue();
                    assertThat(known.operation(id)).as("%s is acknowledged and not over", id).isNull();
                    assertThat(call.getAcknowledgeOperationStatus().getUuid().isEmpty()).isFalse();
                }
                case ACKNOWLEDGE -> assertThat(call.getAcknowledge().getUuid().isEmpty()).isFalse();
                default -> {} // nothing must be written before
            }
        }

        private void heard(FrameworkEvent event) {
            switch (event) {
                case FrameworkEvent.TaskPlaced(var id, _) -> placed("task " + id);
                case FrameworkEvent.TaskEnded(var id, _) -> ended("task " + id);
                case FrameworkEvent.OperationPlaced(var id, var placement) -> {
                    placed("operation " + id);
                    if (placement.resources().unreserved().isEmpty()) {
                        undo.add(new ResourceChange.Unreserve(placement.agentId(), placement.resources()));
                    }
                }
                case FrameworkEvent.OperationEnded(var id, _) -> ended("operation " + id);
                case FrameworkEvent.Described(var description) -> inForce = description.framework();
                case FrameworkEvent.Failed failed -> throw new AssertionError(failed);
                case FrameworkEvent.RequestRefused refused -> throw new AssertionError(refused);
                case FrameworkEvent.Registered _,
                        FrameworkEvent.Disconnected _,
                        FrameworkEvent.TaskChanged _,
                        FrameworkEvent.OperationChanged _,
                        FrameworkEvent.DescriptionRefused _,
                        FrameworkEvent.ExecutorEnded _,
                        FrameworkEvent.AgentLost _,
                        FrameworkEvent.AgentLeaving _,
                        FrameworkEvent.MessageArrived _,
                        FrameworkEvent.Explained _,
                        FrameworkEvent.Stopped _ -> {} // nothing to hold it to
            }
        }

        private void placed(String what) {
            everPlaced++;
            assertThat(open.add(what) && !over.contains(what)).as("%s is placed once", what).isTrue();
        }

        private void ended(String what) {
            open.remove(what);
            assertThat(over.add(what)).as("%s ends once", what).isTrue();
        }

        /** Nothing breaks any more, and nothing more is wanted. */
        void heal() {
            healed = true;
            for (int i = 0; i < numbers; i++) {
                tell(new FrameworkMessage.Withdraw("n" + i));
                tell(new FrameworkMessage.Cancel("n" + i));
                tell(new FrameworkMessage.Cancel("n" + i + "-b"));
            }
            for (int round = 0; round < 200 && !isQuiet(); round++) {
                timer();
                master.sayAgain();
                while (!toMaster.isEmpty() || !toFramework.isEmpty()) {
                    masterHears();
                    frameworkHears();
                }
            }
            assertThat(open).as("placed and not over").isEmpty();
            assertThat(master.open()).as("open at the master").isEmpty();
            assertThat(framework.view().tasks()).isEmpty();
            assertThat(framework.view().operations()).isEmpty();
            assertThat(framework.view().offers()).isEmpty();
            assertThat(master.framework).as("by what the master knows us").isEqualTo(inForce);
        }

        private boolean isQuiet() {
            return framework.view().subscribed()
                    && framework.view().tasks().isEmpty()
                    && framework.view().operations().isEmpty()
                    && framework.view().offers().isEmpty()
                    && open.isEmpty()
                    && master.open().isEmpty()
                    && toMaster.isEmpty()
                    && toFramework.isEmpty();
        }
    }
}
