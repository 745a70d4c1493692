package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.NONE;
import static dev.capstan.mesos.scheduler.FrameworkFixture.info;
import static dev.capstan.mesos.scheduler.FrameworkFixture.subscribedEvent;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** A framework in several roles. */
class RolesTest {
    private final FrameworkFixture fixture = new FrameworkFixture(info("dev", "ops"));

    private void subscribe() {
        fixture.tell(new FrameworkMessage.Start());
        fixture.hear(subscribedEvent());
    }

    @Test
    void onlyRolesInWhichSomethingWaitsWantOffers() {
        fixture.tell(new FrameworkMessage.Start());
        fixture.hear(subscribedEvent());
        fixture.launch("ops", "task-1", 1, 100, NONE);
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        var again = (MasterOperation.Connect) fixture.tell(new FrameworkMessage.Reconnect()).operations().getFirst();
        assertThat(again.subscribe().getSubscribe().getFrameworkInfo().getRolesList()).containsExactly("dev", "ops");
        assertThat(again.subscribe().getSubscribe().getSuppressedRolesList()).containsExactly("dev");
    }

    @Test
    void offersAreAskedForAndRefusedByRole() {
        subscribe();
        var asked = fixture.launch("ops", "task-1", 1, 100, NONE);
        assertThat(asked.call(Call.Type.REVIVE).getRevive().getRolesList()).containsExactly("ops");
        fixture.pass(Duration.ofSeconds(2));
        var both = fixture.launch("dev", "task-2", 1, 100, NONE);
        assertThat(both.call(Call.Type.REVIVE).getRevive().getRolesList()).containsExactly("dev", "ops");

        var placed = fixture.offer(fixture.offerTo("ops", "agent-1", 4, 4_000));

        assertThat(placed.call(Call.Type.SUPPRESS).getSuppress().getRolesList()).containsExactly("ops");
        assertThat(placed.call(Call.Type.ACCEPT).getAccept().getFilters().getRefuseSeconds())
                .as("nothing waits in this role")
                .isEqualTo(3_600);
    }

    @Test
    void anOfferIsUsedForItsRoleOnly() {
        subscribe();
        fixture.launch("ops", "task-1", 1, 100, NONE);
        fixture.launch("dev", "task-2", 1, 100, NONE);
        var outcome = fixture.offer(fixture.offerTo("dev", "agent-1", 4, 4_000));
        var accept = outcome.call(Call.Type.ACCEPT).getAccept();
        assertThat(accept.getOperations(0).getLaunch().getTaskInfosList())
                .singleElement()
                .satisfies(task -> {
                    assertThat(task.getTaskId().getValue()).isEqualTo("task-2");
                    assertThat(task.getResourcesList())
                            .allSatisfy(each -> assertThat(each.getAllocationInfo().getRole()).isEqualTo("dev"));
                });
    }

    @Test
    void offersOfOneAgentToTwoRolesAreNotUsedTogether() {
        subscribe();
        fixture.launch("dev", "task-1", 6, 100, NONE);
        fixture.launch("ops", "task-2", 6, 100, NONE);
        var outcome =
                fixture.offer(fixture.offerTo("dev", "agent-1", 4, 4_000), fixture.offerTo("ops", "agent-1", 4, 4_000));
        assertThat(outcome.callTypes()).isEmpty();
        assertThat(fixture.framework.view().offers()).hasSize(2);
    }

    @Test
    void anOfferToARoleInWhichNothingWaitsIsDeclinedAtOnceAndTheOthersAreKept() {
        subscribe();
        fixture.launch("dev", "task-1", 6, 100, NONE);
        var unwanted = fixture.offerTo("ops", "agent-1", 4, 4_000);
        var outcome = fixture.offer(fixture.offerTo("dev", "agent-1", 4, 4_000), unwanted);
        assertThat(outcome.call(Call.Type.DECLINE).getDecline().getOfferIdsList()).containsExactly(unwanted.getId());
        assertThat(fixture.framework.view().offers()).hasSize(1);
    }

    @Test
    void whatATaskGivesBackIsAskedForByThoseWhoWaitInWhateverRole() {
        subscribe();
        fixture.launch("dev", "task-1", 1, 100, NONE);
        fixture.offer(fixture.offerTo("dev", "agent-1", 1, 100));
        fixture.launch("ops", "task-2", 1, 100, NONE);
        fixture.pass(Duration.ofSeconds(2));
        var ended = fixture.update("task-1", TaskState.TASK_FINISHED);
        assertThat(ended.call(Call.Type.REVIVE).getRevive().getRolesList()).containsExactly("ops");
    }

    @Test
    void aRequestInARoleOfOthersIsRefusedAndTheFrameworkGoesOn() {
        subscribe();
        var refused = fixture.launch("qa", "task-1", 1, 100, NONE).event(FrameworkEvent.RequestRefused.class);
        assertThat(refused.request())
                .isInstanceOfSatisfying(TaskRequest.class, request -> assertThat(request.id()).isEqualTo("task-1"));
        assertThat(refused.reason()).contains("of role qa,").contains("[dev, ops]");
        fixture.launch("dev", "task-1", 1, 100, NONE); // nothing has taken its name
        assertThat(fixture.offer(fixture.offerTo("dev", "agent-1", 1, 100)).callTypes()).contains(Call.Type.ACCEPT);
    }
}
