package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.NONE;
import static dev.capstan.mesos.scheduler.FrameworkFixture.info;
import static dev.capstan.mesos.scheduler.FrameworkFixture.scalar;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.Label;
import org.apache.mesos.v1.Protos.Labels;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

/** Tasks for which what they take is reserved as they are launched. */
class ReservationTest {
    private static final Labels LABELS =
            Labels.newBuilder().addLabels(Label.newBuilder().setKey("app").setValue("x")).build();
    private static final Reservation RESERVATION = new Reservation("r1", "p", LABELS);

    private final FrameworkFixture fixture = FrameworkFixture.subscribed();

    private static FrameworkMessage task(String id) {
        var request = new TaskRequest(id, "dev", Needs.of(1_000, 100_000), NONE, "g", TaskInfo.getDefaultInstance());
        return new FrameworkMessage.Launch(request.reserving(RESERVATION));
    }

    private FrameworkFixture.Outcome launched() {
        fixture.tell(task("t1"));
        return fixture.offer(fixture.offerOf("agent-1", 4, 4_000));
    }

    private static List<Offer.Operation> operations(FrameworkFixture.Outcome outcome) {
        return outcome.call(Call.Type.ACCEPT).getAccept().getOperationsList();
    }

    @Test
    void oneAcceptReservesAndLaunches() {
        var outcome = launched();
        Offer.Operation reserve = operations(outcome).get(0);
        assertThat(reserve.getType()).isEqualTo(Offer.Operation.Type.RESERVE);
        assertThat(reserve.getId().getValue()).isEqualTo("r1");
        List<Resource> reserved = reserve.getReserve().getResourcesList();
        assertThat(reserved).extracting(Resource::getName).containsExactly("cpus", "mem");
        assertThat(reserved)
                .allSatisfy(each -> {
                    assertThat(each.getReservationsList()).hasSize(1);
                    assertThat(each.getReservations(0).getRole()).isEqualTo("dev");
                    assertThat(each.getReservations(0).getPrincipal()).isEqualTo("p");
                    assertThat(each.getReservations(0).getLabels()).isEqualTo(LABELS);
                });
        Offer.Operation launch = operations(outcome).get(1);
        assertThat(launch.getLaunch().getTaskInfos(0).getResourcesList()).isEqualTo(reserved);
        assertThat(outcome.told(FrameworkEvent.OperationPlaced.class))
                .singleElement()
                .satisfies(placed -> assertThat(placed.placement().resources().toProtos()).isEqualTo(reserved));
        assertThat(outcome.event(FrameworkEvent.TaskPlaced.class).placement().resources().toProtos())
                .isEqualTo(reserved);
        assertThat(fixture.framework.view().operations()).containsExactly("r1");
        assertThat(fixture.written).contains(new FrameworkEntry.OperationIntended("r1", "agent-1"));
    }

    @Test
    void whatIsReservedAlreadyIsNotReservedOnceMore() {
        fixture.tell(task("t1"));
        Resource cpus = scalar("dev", "cpus", 4).toBuilder().addReservations(RESERVATION.info("dev")).build();
        var outcome = fixture.offer(fixture.offerTo("dev", "agent-1", cpus, scalar("dev", "mem", 4_000)));
        assertThat(outcome.callTypes()).doesNotContain(Call.Type.ACCEPT);
    }

    @Test
    void aGroupIsReservedWithItsExecutor() {
        var executor = ExecutorInfo.newBuilder().setExecutorId(ExecutorID.newBuilder().setValue("e1")).build();
        var members =
                List.of(
                        new GroupRequest.Member("t1", Needs.of(1_000, 100_000), TaskInfo.getDefaultInstance()),
                        new GroupRequest.Member("t2", Needs.of(1_000, 100_000), TaskInfo.getDefaultInstance()));
        var group =
                new GroupRequest("dev", NONE, "g", executor, Needs.of(100, 32_000).withDisk(1_000), members)
                        .reserving(RESERVATION);
        fixture.tell(new FrameworkMessage.LaunchGroup(group));
        var operations = operations(fixture.offer(fixture.offerOf("agent-1", 4, 4_000)));
        assertThat(operations)
                .extracting(Offer.Operation::getType)
                .containsExactly(Offer.Operation.Type.RESERVE, Offer.Operation.Type.LAUNCH_GROUP);
        assertThat(operations.get(0).getReserve().getResourcesList())
                .extracting(each -> each.getName() + " " + each.getScalar().getValue())
                .containsExactly("cpus 2.1", "disk 1.0", "mem 232.0");
        assertThat(operations.get(1).getLaunchGroup().getExecutor().getResourcesList())
                .allSatisfy(each -> assertThat(each.getReservationsCount()).isEqualTo(1));
    }

    @Test
    void aCallThatTheMasterRefusesEndsBoth() {
        Call accept = launched().call(Call.Type.ACCEPT);
        var refused = fixture.tell(new FrameworkMessage.CallRefused(1, accept, "malformed"));
        assertThat(refused.event(FrameworkEvent.TaskEnded.class).taskId()).isEqualTo("t1");
        assertThat(refused.event(FrameworkEvent.OperationEnded.class).operationId()).isEqualTo("r1");
    }

    @Test
    void whoeverWithdrawsOneOfThemWithdrawsBoth() {
        fixture.tell(task("t1"));
        assertThat(fixture.tell(new FrameworkMessage.Withdraw("r1")).callTypes()).containsExactly(Call.Type.SUPPRESS);
        fixture.pass(Duration.ofSeconds(2));
        fixture.tell(task("t2"));
        assertThat(fixture.tell(new FrameworkMessage.Cancel("t2")).callTypes()).containsExactly(Call.Type.SUPPRESS);
        fixture.tell(task("t3"));
        assertThat(fixture.offer(fixture.offerOf("agent-1", 4, 4_000)).callTypes()).contains(Call.Type.ACCEPT);
    }

    @Test
    void aRequestWhoseReservationIsKnownIsIgnored() {
        launched();
        assertThat(fixture.tell(task("t2")).effects()).isEmpty();
    }

    @Test
    void aFrameworkWithoutTheFormOfReservationsIsToldSo() {
        FrameworkInfo without = info().toBuilder().clearCapabilities().build();
        var plain = FrameworkFixture.subscribed(without);
        assertThat(plain.tell(task("t1")).event(FrameworkEvent.RequestRefused.class).reason())
                .contains("RESERVATION_REFINEMENT");
    }
}
