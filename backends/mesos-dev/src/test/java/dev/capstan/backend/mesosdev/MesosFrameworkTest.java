package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.ha.EpochStore;
import dev.capstan.ha.MemoryEpochStore;
import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.operator.OperatorClient;
import dev.capstan.mesos.resource.Needs;
import dev.capstan.mesos.resource.ResourceBag;
import dev.capstan.mesos.scheduler.FrameworkDescription;
import dev.capstan.mesos.scheduler.FrameworkEntry;
import dev.capstan.mesos.scheduler.FrameworkEntryCodec;
import dev.capstan.mesos.scheduler.FrameworkEvent;
import dev.capstan.mesos.scheduler.FrameworkMessage;
import dev.capstan.mesos.scheduler.GroupRequest;
import dev.capstan.mesos.scheduler.OperationEnd;
import dev.capstan.mesos.scheduler.OperationRequest;
import dev.capstan.mesos.scheduler.Placement;
import dev.capstan.mesos.scheduler.Reservation;
import dev.capstan.mesos.scheduler.ResourceChange;
import dev.capstan.mesos.scheduler.TaskEnd;
import dev.capstan.mesos.scheduler.TaskRequest;
import dev.capstan.testing.Await;

import org.apache.mesos.v1.Protos.CommandInfo;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo.Capability;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.OperationState;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Resource.DiskInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.Volume;
import org.apache.mesos.v1.master.Protos.Response;
import org.apache.mesos.v1.master.Protos.Response.GetAgents.Agent;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What a framework of one's own may ask of a living master by {@code framework-scheduler} alone: changes of resources,
 * roles, another description, groups of tasks.
 */
@Tag("process")
@Timeout(150)
class MesosFrameworkTest {
    private static final Duration BOUND = Duration.ofSeconds(30);
    private static final Constraints ANYWHERE = Constraints.parse("");
    private static final Needs LITTLE = Needs.of(100, 32_000);
    private static final Labels LABELS =
            Labels.newBuilder().addLabels(Label.newBuilder().setKey("of").setValue("test")).build();

    private static Cluster cluster;

    /** No run may find what another has left. */
    private final String role = "role-" + UUID.randomUUID().toString().substring(0, 8);

    private final List<Predicate<Call>> lost = new ArrayList<>();

    @BeforeAll
    static void find() {
        cluster = Cluster.find(4, 4_096);
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    private static FrameworkDescription description(String name, String... roles) {
        FrameworkInfo.Builder info =
                FrameworkInfo.newBuilder()
                        .setUser(System.getProperty("user.name"))
                        .setName(name)
                        .addAllRoles(Arrays.asList(roles))
                        .setFailoverTimeout(60);
        for (Capability.Type type :
                List.of(
                        Capability.Type.MULTI_ROLE,
                        Capability.Type.PARTITION_AWARE,
                        Capability.Type.RESERVATION_REFINEMENT)) {
            info.addCapabilities(Capability.newBuilder().setType(type));
        }
        return new FrameworkDescription(info.build(), OfferConstraints.getDefaultInstance());
    }

    private LiveFramework framework(EpochStore store) throws IOException {
        return new LiveFramework(
                cluster.place(),
                description("operations", role),
                store,
                call -> lost.stream().noneMatch(each -> each.test(call)));
    }

    private LiveFramework framework(String... roles) throws IOException {
        return new LiveFramework(cluster.place(), description("framework", roles), new MemoryEpochStore(), _ -> true);
    }

    /** A master lets nobody reserve in the name of another. */
    private LiveFramework withPrincipal() throws IOException {
        FrameworkInfo info = description("operations", role).framework().toBuilder().setPrincipal("somebody").build();
        return new LiveFramework(
                cluster.place(),
                new FrameworkDescription(info, OfferConstraints.getDefaultInstance()),
                new MemoryEpochStore(),
                _ -> true);
    }

    // changes of resources

    private OperationEnd operate(LiveFramework framework, String id, ResourceChange change) {
        framework.tell(new FrameworkMessage.Operate(new OperationRequest(id, role, change)));
        return ended(framework, id);
    }

    private static OperationEnd ended(LiveFramework framework, String id) {
        return framework.await(FrameworkEvent.OperationEnded.class, event -> event.operationId().equals(id)).end();
    }

    private static Placement placed(LiveFramework framework, String id) {
        return framework
                .await(FrameworkEvent.OperationPlaced.class, event -> event.operationId().equals(id))
                .placement();
    }

    private static ResourceChange reserve(Needs needs, String principal) {
        return new ResourceChange.Reserve(needs, ANYWHERE, principal, LABELS);
    }

    private static TaskInfo shell(String command) {
        return TaskInfo.newBuilder().setCommand(CommandInfo.newBuilder().setValue(command)).buildPartial();
    }

    private TaskRequest task(String id, Needs needs, String command) {
        return new TaskRequest(id, role, needs, ANYWHERE, "group", shell(command));
    }

    private static TaskEnd end(LiveFramework framework, String task) {
        return framework.await(FrameworkEvent.TaskEnded.class, event -> event.taskId().equals(task)).end();
    }

    private static ResourceBag volume(ResourceBag reserved, String id) {
        Resource disk =
                reserved.toProtos().stream().filter(each -> each.getName().equals("disk")).findFirst().orElseThrow();
        DiskInfo.Builder info = DiskInfo.newBuilder();
        info.getPersistenceBuilder().setId(id);
        info.getVolumeBuilder().setContainerPath("data").setMode(Volume.Mode.RW);
        return ResourceBag.of(List.of(disk.toBuilder().setDisk(info).build()));
    }

    @Test
    void diskIsReservedMadeAVolumeWrittenToAndReadAndGivenBack() throws IOException, InterruptedException {
        try (LiveFramework framework = framework(new MemoryEpochStore())) {
            assertThat(operate(framework, "reserve", reserve(LITTLE.withDisk(64_000), "")).isDone()).isTrue();
            Placement reserved = placed(framework, "reserve");
            String agent = reserved.agentId();
            assertThat(reservedOn(agent)).containsOnlyOnce("disk 64.0").contains("mem 32.0", "cpus 0.1");

            ResourceBag volume = volume(reserved.resources(), "volume-" + role);
            assertThat(operate(framework, "create", new ResourceChange.CreateVolumes(agent, volume)).isDone()).isTrue();

            Needs needs = LITTLE.withVolume("volume-" + role);
            framework.tell(new FrameworkMessage.Launch(task("writes", needs, "echo kept > data/file")));
            assertThat(end(framework, "writes").cause()).isEqualTo(TaskEnd.Cause.DONE);
            framework.tell(new FrameworkMessage.Launch(task("reads", needs, "grep -q kept data/file")));
            assertThat(end(framework, "reads").cause()).isEqualTo(TaskEnd.Cause.DONE);

            assertThat(operate(framework, "destroy", new ResourceChange.DestroyVolumes(agent, volume)).isDone())
                    .isTrue();
            assertThat(
                            operate(framework, "unreserve", new ResourceChange.Unreserve(agent, reserved.resources()))
                                    .isDone())
                    .isTrue();
            assertThat(reservedOn(agent)).isEmpty();
            assertThat(framework.told(FrameworkEvent.OperationEnded.class)).hasSize(4);
            requireEveryStatusAcknowledged(framework);
        }
    }

    /** What of an agent is reserved for our role. */
    private List<String> reservedOn(String agent) throws IOException, InterruptedException {
        try (OperatorClient operator = cluster.operator()) {
            return agents(operator).stream()
                    .filter(each -> each.getAgentInfo().getId().getValue().equals(agent))
                    .flatMap(each -> reserved(each).stream())
                    .map(each -> each.getName() + " " + each.getScalar().getValue())
                    .toList();
        }
    }

    private static List<Agent> agents(OperatorClient operator) throws IOException, InterruptedException {
        return operator.get(org.apache.mesos.v1.master.Protos.Call.Type.GET_AGENTS).getGetAgents().getAgentsList();
    }

    /** In the form in which it is asked for; operators are shown two at once. */
    @SuppressWarnings("deprecation") // the older form is what is left out
    private List<Resource> reserved(Agent agent) {
        return agent.getTotalResourcesList().stream()
                .filter(each -> each.getReservationsList().stream().anyMatch(by -> by.getRole().equals(role)))
                .map(each -> each.toBuilder().clearRole().clearReservation().build())
                .toList();
    }

    /** Reservations outlive their framework: a test that fails must not leave any on somebody's cluster. */
    @AfterEach
    void nothingStaysReserved() throws IOException, InterruptedException {
        try (OperatorClient operator = cluster.operator()) {
            for (Agent agent : agents(operator)) {
                List<Resource> volumes =
                        reserved(agent).stream().filter(each -> each.getDisk().hasPersistence()).toList();
                if (!volumes.isEmpty()) {
                    org.apache.mesos.v1.master.Protos.Call.Builder call =
                            org.apache.mesos.v1.master.Protos.Call.newBuilder()
                                    .setType(org.apache.mesos.v1.master.Protos.Call.Type.DESTROY_VOLUMES);
                    call.getDestroyVolumesBuilder().setAgentId(agent.getAgentInfo().getId()).addAllVolumes(volumes);
                    Response unused = operator.call(call.build());
                }
            }
            for (Agent agent : agents(operator)) {
                if (!reserved(agent).isEmpty()) {
                    org.apache.mesos.v1.master.Protos.Call.Builder call =
                            org.apache.mesos.v1.master.Protos.Call.newBuilder()
                                    .setType(org.apache.mesos.v1.master.Protos.Call.Type.UNRESERVE_RESOURCES);
                    call.getUnreserveResourcesBuilder()
                            .setAgentId(agent.getAgentInfo().getId())
                            .addAllResources(reserved(agent));
                    Response unused = operator.call(call.build());
                }
            }
            assertThat(agents(operator)).allSatisfy(agent -> assertThat(reserved(agent)).isEmpty());
        }
    }

    private static void requireEveryStatusAcknowledged(LiveFramework framework) {
        List<Event.UpdateOperationStatus> withUuid =
                framework.heard().stream()
                        .filter(event -> event.getType() == Event.Type.UPDATE_OPERATION_STATUS)
                        .map(Event::getUpdateOperationStatus)
                        .filter(update -> update.getStatus().hasUuid())
                        .toList();
        assertThat(withUuid).isNotEmpty();
        assertThat(Await.until(() -> acknowledged(framework).size() == withUuid.size(), BOUND)).isTrue();
        assertThat(acknowledged(framework))
                .isEqualTo(withUuid.stream().map(update -> update.getStatus().getUuid().getValue()).toList());
    }

    private static List<com.google.protobuf.ByteString> acknowledged(LiveFramework framework) {
        return framework.said().stream()
                .filter(call -> call.getType() == Call.Type.ACKNOWLEDGE_OPERATION_STATUS)
                .map(call -> call.getAcknowledgeOperationStatus().getUuid())
                .toList();
    }

    @Test
    void aVolumeGrowsAndShrinks() throws IOException {
        try (LiveFramework framework = framework(new MemoryEpochStore())) {
            Needs disk = new Needs(new TreeMap<>(Map.of("disk", 64_000L)));
            assertThat(operate(framework, "reserve", reserve(disk, "")).isDone()).isTrue();
            Placement reserved = placed(framework, "reserve");
            String agent = reserved.agentId();
            ResourceBag small = volume(withDisk(reserved.resources(), 16), "volume-" + role);
            ResourceBag large = volume(withDisk(reserved.resources(), 64), "volume-" + role);
            assertThat(operate(framework, "create", new ResourceChange.CreateVolumes(agent, small)).isDone()).isTrue();
            var grow = new ResourceChange.GrowVolume(agent, small, withDisk(reserved.resources(), 48));
            assertThat(operate(framework, "grow", grow).detail()).isEqualTo("FINISHED");
            framework.tell(
                    new FrameworkMessage.Launch(task("uses", LITTLE.withVolume("volume-" + role), "touch data/x")));
            assertThat(end(framework, "uses").cause()).isEqualTo(TaskEnd.Cause.DONE);
            var shrink = new ResourceChange.ShrinkVolume(agent, large, 48_000);
            assertThat(operate(framework, "shrink", shrink).detail()).isEqualTo("FINISHED");
            assertThat(operate(framework, "destroy", new ResourceChange.DestroyVolumes(agent, small)).isDone())
                    .isTrue();
            var unreserve = new ResourceChange.Unreserve(agent, reserved.resources());
            assertThat(operate(framework, "unreserve", unreserve).isDone()).isTrue();
            requireEveryStatusAcknowledged(framework);
        }
    }

    private static ResourceBag withDisk(ResourceBag reserved, double megabytes) {
        Resource.Builder disk = reserved.toProtos().getFirst().toBuilder();
        disk.getScalarBuilder().setValue(megabytes);
        return ResourceBag.of(List.of(disk.build()));
    }

    @Test
    void anOperationThatTheMasterRefusesIsToldInItsWords() throws IOException {
        try (LiveFramework framework = withPrincipal()) {
            OperationEnd end = operate(framework, "reserve", reserve(LITTLE, "somebody else"));
            assertThat(end.state()).isEqualTo(OperationState.OPERATION_ERROR);
            assertThat(end.detail()).contains("principal 'somebody else'");
        }
    }

    @Test
    void aLaterRunFindsOutWhatBecameOfWhatAnEarlierOneAskedFor() throws IOException {
        try (var store = new MemoryEpochStore()) {
            lost.add(call -> call.getType() == Call.Type.ACKNOWLEDGE_OPERATION_STATUS);
            LiveFramework first = framework(store);
            assertThat(operate(first, "reserve", reserve(LITTLE, "")).isDone()).isTrue();
            Placement reserved = placed(first, "reserve");
            first.vanish(); // before it could acknowledge, and after it had written down what it never asked for
            var codec = new FrameworkEntryCodec();
            store.take()
                    .append(List.of(codec.encode(new FrameworkEntry.OperationIntended("never", reserved.agentId()))));
            lost.clear();

            try (LiveFramework second = framework(store)) {
                assertThat(second.id()).isEqualTo(first.id());
                assertThat(ended(second, "never").state()).isEqualTo(OperationState.OPERATION_UNKNOWN);
                assertThat(second.said().stream().map(Call::getType)).contains(Call.Type.RECONCILE_OPERATIONS);
                var unreserve = new ResourceChange.Unreserve(reserved.agentId(), reserved.resources());
                assertThat(operate(second, "unreserve", unreserve).isDone()).isTrue();
                assertThat(Await.until(() -> isAcknowledged(second, "reserve"), BOUND))
                        .as("what the agent repeats for the earlier run")
                        .isTrue();
                requireEveryStatusAcknowledged(second);
            }
        }
    }

    private static boolean isAcknowledged(LiveFramework framework, String operation) {
        return framework.said().stream()
                .map(Call::getAcknowledgeOperationStatus)
                .anyMatch(acknowledged -> acknowledged.getOperationId().getValue().equals(operation));
    }

    @Test
    void oneAcceptReservesWhatItLaunches() throws IOException, InterruptedException {
        try (LiveFramework framework = framework(new MemoryEpochStore())) {
            var reservation = new Reservation("reserve", "", LABELS);
            framework.tell(new FrameworkMessage.Launch(task("task", LITTLE, "true").reserving(reservation)));
            assertThat(end(framework, "task").cause()).isEqualTo(TaskEnd.Cause.DONE);
            assertThat(ended(framework, "reserve").isDone()).isTrue();
            assertThat(accepts(framework))
                    .singleElement()
                    .satisfies(accept ->
                            assertThat(accept.getOperationsList())
                                    .extracting(Offer.Operation::getType)
                                    .containsExactly(Offer.Operation.Type.RESERVE, Offer.Operation.Type.LAUNCH));
            Placement reserved = placed(framework, "reserve");
            assertThat(reservedOn(reserved.agentId())).containsExactlyInAnyOrder("cpus 0.1", "mem 32.0");
            requireEveryStatusAcknowledged(framework);
        }
    }

    @Test
    void whatCannotBeReservedIsNotLaunched() throws IOException {
        try (LiveFramework framework = withPrincipal()) {
            var reservation = new Reservation("reserve", "somebody else", LABELS);
            framework.tell(new FrameworkMessage.Launch(task("task", LITTLE, "true").reserving(reservation)));
            assertThat(ended(framework, "reserve").state()).isEqualTo(OperationState.OPERATION_ERROR);
            TaskEnd end = end(framework, "task");
            assertThat(end.state()).isEqualTo(TaskState.TASK_ERROR);
            assertThat(end.cause()).isEqualTo(TaskEnd.Cause.LAUNCH);
        }
    }

    private static List<Call.Accept> accepts(LiveFramework framework) {
        return framework.said().stream()
                .filter(call -> call.getType() == Call.Type.ACCEPT)
                .map(Call::getAccept)
                .toList();
    }

    // roles and description

    @Test
    void offersComeToTheRoleInWhichSomethingWaitsOnly() throws IOException {
        String other = role + "-b";
        try (LiveFramework framework = framework(role, other)) {
            framework.tell(new FrameworkMessage.Launch(task("first", LITTLE, "true")));
            assertThat(end(framework, "first").cause()).isEqualTo(TaskEnd.Cause.DONE);
            assertThat(offeredTo(framework)).containsOnly(role);
            assertThat(Await.until(() -> saidOf(framework, Call.Type.SUPPRESS) > 0, BOUND))
                    .as("nothing waits any more in either")
                    .isTrue();
            int before = offeredTo(framework).size();

            framework.tell(
                    new FrameworkMessage.Launch(
                            new TaskRequest("second", other, LITTLE, ANYWHERE, "group", shell("true"))));
            assertThat(end(framework, "second").cause()).isEqualTo(TaskEnd.Cause.DONE);
            List<String> offered = offeredTo(framework);
            assertThat(offered.subList(before, offered.size())).containsOnly(other);
        }
    }

    private static List<String> offeredTo(LiveFramework framework) {
        return framework.heard().stream()
                .flatMap(event -> event.getOffers().getOffersList().stream())
                .map(offer -> offer.getAllocationInfo().getRole())
                .toList();
    }

    private static long saidOf(LiveFramework framework, Call.Type type) {
        return framework.said().stream().filter(call -> call.getType() == type).count();
    }

    /** As operators see it. */
    private static Response.GetFrameworks.Framework seen(String id) {
        try (OperatorClient operator = cluster.operator()) {
            return operator
                    .get(org.apache.mesos.v1.master.Protos.Call.Type.GET_FRAMEWORKS)
                    .getGetFrameworks()
                    .getFrameworksList()
                    .stream()
                    .filter(each -> each.getFrameworkInfo().getId().getValue().equals(id))
                    .findFirst()
                    .orElseThrow();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anotherDescriptionIsInForceWhileTheFrameworkRuns() throws IOException {
        String other = role + "-b";
        try (LiveFramework framework = framework(role)) {
            FrameworkInfo info =
                    description("renamed", role, other).framework().toBuilder().setWebuiUrl("http://here/").build();
            framework.tell(
                    new FrameworkMessage.Describe(
                            new FrameworkDescription(info, OfferConstraints.getDefaultInstance())));
            framework.await(FrameworkEvent.Described.class, _ -> true);
            FrameworkInfo seen = seen(framework.id()).getFrameworkInfo();
            assertThat(seen.getName()).isEqualTo("renamed");
            assertThat(seen.getWebuiUrl()).isEqualTo("http://here/");
            assertThat(seen.getRolesList()).containsExactlyInAnyOrder(role, other);

            framework.tell(
                    new FrameworkMessage.Launch(
                            new TaskRequest("task", other, LITTLE, ANYWHERE, "group", shell("true"))));
            assertThat(end(framework, "task").cause()).isEqualTo(TaskEnd.Cause.DONE);
        }
    }

    @Test
    void aDescriptionThatTheMasterRefusesLeavesTheOneBefore() throws IOException {
        try (LiveFramework framework = framework(role)) {
            FrameworkDescription wrong = description("renamed", role, "no/such//role");
            framework.tell(new FrameworkMessage.Describe(wrong));
            String reason = framework.await(FrameworkEvent.DescriptionRefused.class, _ -> true).reason();
            assertThat(reason).contains("no/such//role");
            assertThat(seen(framework.id()).getFrameworkInfo().getName()).isEqualTo("framework");
            framework.tell(new FrameworkMessage.Launch(task("task", LITTLE, "true")));
            assertThat(end(framework, "task").cause()).isEqualTo(TaskEnd.Cause.DONE);
        }
    }

    // groups

    private GroupRequest group(String executor, GroupRequest.Member... members) {
        return new GroupRequest(
                role,
                ANYWHERE,
                "group",
                ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue(executor)).build(),
                LITTLE.withDisk(1_000),
                List.of(members));
    }

    private static GroupRequest.Member member(String id, String command) {
        return new GroupRequest.Member(id, LITTLE, shell(command));
    }

    private static void awaitRunning(LiveFramework framework, String task) {
        framework.await(
                FrameworkEvent.TaskChanged.class,
                event -> event.taskId().equals(task) && event.status().getState() == TaskState.TASK_RUNNING);
    }

    @Test
    void aTaskThatFailsTakesItsGroupWithIt() throws IOException {
        try (LiveFramework framework = framework(role)) {
            framework.tell(
                    new FrameworkMessage.LaunchGroup(
                            group("executor", member("lasts", "sleep 600"), member("fails", "sleep 2; exit 7"))));
            awaitRunning(framework, "lasts");
            awaitRunning(framework, "fails");
            TaskEnd failed = end(framework, "fails");
            assertThat(failed.state()).isEqualTo(TaskState.TASK_FAILED);
            assertThat(failed.detail()).contains("7");
            TaskEnd killed = end(framework, "lasts");
            assertThat(killed.state()).isEqualTo(TaskState.TASK_KILLED);
            assertThat(framework.await(FrameworkEvent.ExecutorEnded.class, _ -> true).executorId())
                    .isEqualTo("executor");
        }
    }

    @Test
    void whatIsCancelledEndsItsGroup() throws IOException {
        try (LiveFramework framework = framework(role)) {
            framework.tell(
                    new FrameworkMessage.LaunchGroup(
                            group("executor", member("t1", "sleep 600"), member("t2", "sleep 600"))));
            awaitRunning(framework, "t1");
            awaitRunning(framework, "t2");
            framework.tell(new FrameworkMessage.Cancel("t1"));
            Stream.of("t1", "t2")
                    .forEach(task -> assertThat(end(framework, task).state()).isEqualTo(TaskState.TASK_KILLED));
        }
    }

    @Test
    void aSecondGroupJoinsTheExecutorOfTheFirst() throws IOException, InterruptedException {
        try (LiveFramework framework = framework(role)) {
            framework.tell(new FrameworkMessage.LaunchGroup(group("executor", member("t1", "sleep 600"))));
            awaitRunning(framework, "t1");
            framework.tell(new FrameworkMessage.LaunchGroup(group("executor", member("t2", "sleep 1"))));
            awaitRunning(framework, "t2");
            assertThat(executorsOf(framework.id())).containsExactly("executor");
            assertThat(end(framework, "t2").state()).isEqualTo(TaskState.TASK_FINISHED);
            assertThat(framework.told(FrameworkEvent.TaskEnded.class)).hasSize(1);
            framework.tell(new FrameworkMessage.Cancel("t1"));
            assertThat(end(framework, "t1").state()).isEqualTo(TaskState.TASK_KILLED);
        }
    }

    private static List<String> executorsOf(String framework) throws IOException, InterruptedException {
        try (OperatorClient operator = cluster.operator()) {
            return operator
                    .get(org.apache.mesos.v1.master.Protos.Call.Type.GET_EXECUTORS)
                    .getGetExecutors()
                    .getExecutorsList()
                    .stream()
                    .map(each -> each.getExecutorInfo())
                    .filter(each -> each.getFrameworkId().getValue().equals(framework))
                    .map(each -> each.getExecutorId().getValue())
                    .toList();
        }
    }
}
