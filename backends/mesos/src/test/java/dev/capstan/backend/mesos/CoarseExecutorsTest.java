package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.backend.contract.BackendLogicContract;
import dev.capstan.driver.backend.BackendCommand;
import dev.capstan.driver.backend.BackendEvent;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.Demand;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.LossReason;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.scheduler.FrameworkConfig;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.FrameworkScheduler;
import dev.capstan.mesos.scheduler.FrameworkUser;
import dev.capstan.mesos.scheduler.Placement;
import dev.capstan.mesos.scheduler.TaskEnd;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** By the contract on a simulated cluster, and each rule of its own by a message and what comes of it. */
class CoarseExecutorsTest extends BackendLogicContract {
    private static final Address FRAMEWORK = new Address("driver", "mesos-framework");
    private static final Duration UNREACHABLE = Duration.ofMinutes(2);

    private final MesosFaults calm = calm();
    private final SimulatedMesos mesos = new SimulatedMesos(simulation, calm);
    private final CoarseExecutors executors = executors(0, 4);

    private MesosFaults calm() {
        var faults = new MesosFaults(simulation.random());
        faults.heal();
        return faults;
    }

    private static CoarseExecutors executors(int least, int most) {
        return new CoarseExecutors(
                new CoarseConfig(
                        "run-1-executor-",
                        SimulatedMesos.ROLE,
                        Resources.cpus(1),
                        Needs.of(1_000, 500_000),
                        Constraints.parse(""),
                        new ExecutorCount(least, most, Duration.ofMinutes(1)),
                        UNREACHABLE,
                        _ -> TaskInfo.getDefaultInstance()),
                SCHEDULER,
                FRAMEWORK);
    }

    @BeforeEach
    void hostFramework() {
        FrameworkInfo info =
                FrameworkInfo.newBuilder()
                        .setUser("somebody")
                        .setName("app")
                        .addRoles(SimulatedMesos.ROLE)
                        .setFailoverTimeout(60)
                        .build();
        var framework =
                new FrameworkScheduler(
                        new FrameworkConfig(info, FrameworkConfig.Timing.USUAL, 0, 1),
                        new FrameworkUser(BACKEND, CoarseMessage.Said::new),
                        List.of());
        var watch = new MesosWatch(simulation, () -> simulation.durable(FRAMEWORK));
        simulation.host(FRAMEWORK, framework, new SimulatedLink(simulation, calm, mesos, watch));
    }

    @Override
    protected Actor<BackendMessage> logic() {
        return executors;
    }

    @Override
    protected Operations world() {
        return Operations.NONE;
    }

    @Override
    protected void loseExecutor(Lease lease) {
        // a lease is granted when its task is placed; there is a process to crash a little later
        simulation.at(Duration.ofSeconds(5), () -> mesos.crash(lease.executor().name()));
    }

    // one message at a time

    private static List<Effect> say(CoarseExecutors logic, FrameworkEvent event) {
        return logic.on(new CoarseMessage.Said(event), 0);
    }

    private static List<Effect> want(CoarseExecutors logic, long tasks) {
        var wanted = new Demand.Wanted(Resources.cpus(1), tasks, new TreeMap<>());
        return logic.on(new BackendCommand.Desire(new Demand(List.of(wanted))), 0);
    }

    private static <T> List<T> sent(List<Effect> effects, Class<T> type) {
        List<T> sent = new ArrayList<>();
        for (Effect effect : effects) {
            if (effect instanceof Effect.Send(_, Message message) && type.isInstance(message)) {
                sent.add(type.cast(message));
            }
        }
        return sent;
    }

    private static List<String> launched(List<Effect> effects) {
        return sent(effects, FrameworkMessage.Launch.class).stream().map(launch -> launch.request().id()).toList();
    }

    private static List<Effect> place(CoarseExecutors logic, String name) {
        return say(
                logic,
                new FrameworkEvent.TaskPlaced(
                        name, new Placement("agent-1", "agent-1.test", ResourceBag.EMPTY, List.of())));
    }

    private static List<Effect> change(CoarseExecutors logic, String name, TaskState state) {
        return say(
                logic,
                new FrameworkEvent.TaskChanged(
                        name,
                        TaskStatus.getDefaultInstance().toBuilder()
                                .setTaskId(org.apache.mesos.v1.Protos.TaskID.newBuilder().setValue(name))
                                .setState(state)
                                .build()));
    }

    private static List<Effect> end(CoarseExecutors logic, String name, TaskEnd.Cause cause) {
        return say(
                logic, new FrameworkEvent.TaskEnded(name, new TaskEnd(TaskState.TASK_FAILED, cause, "it fell over")));
    }

    private static String one(CoarseExecutors logic) {
        String name = launched(want(logic, 1)).getFirst();
        place(logic, name);
        return name;
    }

    @Test
    void asManyAreAskedForAsAreOfUseAndNeverMoreThanTheMost() {
        CoarseExecutors logic = executors(0, 4);
        assertThat(launched(want(logic, 3))).hasSize(3);
        assertThat(launched(want(logic, 100))).hasSize(1);
    }

    @Test
    void theLeastAreThereEvenWhileNothingRuns() {
        assertThat(launched(want(executors(2, 4), 0))).hasSize(2);
    }

    @Test
    void anAgentThatIsAwayForLongEndsItsLeasesAndOneThatComesBackInTimeDoesNot() {
        CoarseExecutors logic = executors(0, 4);
        String name = one(logic);
        assertThat(change(logic, name, TaskState.TASK_UNREACHABLE))
                .contains(new Effect.Arm("give-up-" + name, UNREACHABLE, new CoarseMessage.GiveUp(name)));
        assertThat(change(logic, name, TaskState.TASK_RUNNING)).contains(new Effect.Disarm("give-up-" + name));
        List<Effect> given = logic.on(new CoarseMessage.GiveUp(name), 0);
        assertThat(sent(given, BackendEvent.Ended.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.reason()).isEqualTo(LossReason.HOST_UNREACHABLE));
        assertThat(sent(given, FrameworkMessage.Cancel.class)).hasSize(1);
        assertThat(launched(given)).as("another one").hasSize(1).doesNotContain(name);
    }

    @Test
    void theEndOfALeaseThatWasGivenBackIsToldOnce() {
        CoarseExecutors logic = executors(0, 4);
        String name = one(logic);
        List<Effect> all = new ArrayList<>(logic.on(new BackendCommand.Release(new LeaseId(name)), 0));
        all.addAll(logic.on(new CoarseMessage.GiveUp(name), 0));
        all.addAll(end(logic, name, TaskEnd.Cause.ASKED_FOR));
        assertThat(sent(all, BackendEvent.Ended.class)).hasSize(1);
    }

    @Test
    void whatAnEarlierRunHasLeftIsEnded() {
        CoarseExecutors logic = executors(0, 4);
        List<Effect> effects = say(logic, new FrameworkEvent.Registered("id", "master", List.of("run-0-executor-7")));
        assertThat(effects).contains(new Effect.Send(FRAMEWORK, new FrameworkMessage.Cancel("run-0-executor-7")));
    }

    @ParameterizedTest
    @CsvSource({
        "TASK,false,LAUNCH_FAILED",
        "TASK,true,CRASHED",
        "DONE,true,CRASHED",
        "MEMORY,true,OUT_OF_MEMORY",
        "LAUNCH,false,LAUNCH_FAILED",
        "CLUSTER,true,HOST_UNREACHABLE",
        "ASKED_FOR,true,KILLED"
    })
    void anEndIsToldByWhoseDoingItWas(TaskEnd.Cause cause, boolean registered, LossReason reason) {
        CoarseExecutors logic = executors(0, 4);
        String name = one(logic);
        if (registered) {
            logic.on(new BackendCommand.Registered(new LeaseId(name)), 0);
        }
        assertThat(sent(end(logic, name, cause), BackendEvent.Ended.class))
                .singleElement()
                .satisfies(ended -> assertThat(ended.reason()).isEqualTo(reason));
    }

    @Test
    void executorsThatNeverRegisterEndTheBackendWithTheReasonOfTheLast() {
        CoarseExecutors logic = executors(0, 4);
        List<Effect> last = List.of();
        String name = one(logic);
        for (int i = 0; i < CoarseExecutors.MOST_IN_A_ROW; i++) {
            assertThat(sent(last, BackendEvent.Dead.class)).isEmpty();
            last = end(logic, name, TaskEnd.Cause.TASK);
            List<String> next = launched(logic.on(new CoarseMessage.Replace(), 0));
            if (!next.isEmpty()) {
                name = next.getFirst();
                place(logic, name);
            }
        }
        assertThat(sent(last, BackendEvent.Dead.class))
                .singleElement()
                .satisfies(dead -> assertThat(dead.reason()).contains("agent-1.test").contains("it fell over"));
        assertThat(launched(want(logic, 4))).isEmpty();
    }

    @Test
    void whatWaitsWhenTheBackendEndsIsNotLaunchedAnyMore() {
        CoarseExecutors logic = executors(0, 4);
        List<String> waiting = launched(want(logic, 3));
        List<Effect> ended =
                logic.on(
                        new CoarseMessage.Said(new FrameworkEvent.Failed(FrameworkEvent.Failed.Cause.GONE, "removed")),
                        0);
        assertThat(sent(ended, FrameworkMessage.Cancel.class))
                .extracting(FrameworkMessage.Cancel::taskId)
                .containsExactlyElementsOf(waiting);
    }

    @Test
    void anAgentOnWhichExecutorsFailIsAvoided() {
        CoarseExecutors logic = executors(0, 4);
        end(logic, one(logic), TaskEnd.Cause.TASK);
        String second = launched(logic.on(new CoarseMessage.Replace(), 0)).getFirst();
        place(logic, second);
        assertThat(sent(end(logic, second, TaskEnd.Cause.TASK), FrameworkMessage.Avoid.class))
                .singleElement()
                .satisfies(avoid -> assertThat(avoid.agentId()).isEqualTo("agent-1"));
    }

    @Test
    void executorsAreGivenBackAfterNothingHasRunForAWhile() {
        CoarseExecutors logic = executors(0, 4);
        String name = one(logic);
        assertThat(want(logic, 0))
                .contains(new Effect.Arm("give-back-idle", Duration.ofMinutes(1), new CoarseMessage.GiveBackIdle()));
        assertThat(want(logic, 1)).contains(new Effect.Disarm("give-back-idle"));
        want(logic, 0);
        assertThat(logic.on(new CoarseMessage.GiveBackIdle(), 0))
                .contains(new Effect.Send(FRAMEWORK, new FrameworkMessage.Cancel(name)));
    }
}
