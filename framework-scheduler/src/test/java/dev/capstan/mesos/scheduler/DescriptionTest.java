package dev.capstan.mesos.scheduler;

import static dev.capstan.mesos.scheduler.FrameworkFixture.FRAMEWORK_ID;
import static dev.capstan.mesos.scheduler.FrameworkFixture.NONE;
import static dev.capstan.mesos.scheduler.FrameworkFixture.error;
import static dev.capstan.mesos.scheduler.FrameworkFixture.info;
import static dev.capstan.mesos.scheduler.FrameworkFixture.subscribedEvent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.constraint.Constraints;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.Test;

import java.util.List;

/** A framework whose description changes while it lives. */
class DescriptionTest {
    private static final FrameworkDescription BEFORE = description(info("dev", "ops"));
    private static final FrameworkDescription AFTER = description(info("ops", "qa"));

    private final FrameworkFixture fixture = new FrameworkFixture(BEFORE.framework());

    private static FrameworkDescription description(FrameworkInfo info) {
        return new FrameworkDescription(info, OfferConstraints.getDefaultInstance());
    }

    private void subscribe() {
        fixture.tell(new FrameworkMessage.Start());
        fixture.hear(subscribedEvent());
    }

    private FrameworkFixture.Outcome describe(FrameworkDescription description) {
        return fixture.tell(new FrameworkMessage.Describe(description));
    }

    private Call.Subscribe reconnect() {
        return ((MasterOperation.Connect) fixture.tell(new FrameworkMessage.Reconnect()).operations().getFirst())
                .subscribe()
                .getSubscribe();
    }

    @Test
    void theMasterIsToldTheWholeOfItWithOurIdAndWhatIsNewWantsNoOffersYet() {
        subscribe();
        fixture.launch("ops", "task-1", 1, 100, NONE);
        Call call = describe(AFTER).call(Call.Type.UPDATE_FRAMEWORK);
        assertThat(call.getFrameworkId().getValue()).isEqualTo(FRAMEWORK_ID);
        Call.UpdateFramework update = call.getUpdateFramework();
        assertThat(update.getFrameworkInfo().getId().getValue()).isEqualTo(FRAMEWORK_ID);
        assertThat(update.getFrameworkInfo().toBuilder().clearId().build()).isEqualTo(AFTER.framework());
        assertThat(update.getSuppressedRolesList()).containsExactly("qa");
        assertThat(update.hasOfferConstraints()).isFalse();
    }

    @Test
    void itIsInForceOnceTheMasterHasDoneIt() {
        subscribe();
        var asked = describe(AFTER);
        assertThat(asked.told()).isEmpty();
        assertThat(refusal("qa", "task-1")).contains("of role qa,").contains("[ops]");

        var done = fixture.tell(new FrameworkMessage.CallDone(1, asked.call(Call.Type.UPDATE_FRAMEWORK)));

        assertThat(done.told()).containsExactly(new FrameworkEvent.Described(AFTER));
        var launched = fixture.launch("qa", "task-2", 1, 100, NONE);
        assertThat(launched.call(Call.Type.REVIVE).getRevive().getRolesList()).containsExactly("qa");
        assertThat(refusal("dev", "task-3")).contains("of role dev,").contains("[ops, qa]");
    }

    private String refusal(String role, String task) {
        return fixture.launch(role, task, 1, 100, NONE).event(FrameworkEvent.RequestRefused.class).reason();
    }

    @Test
    void nobodyCanBeginToWaitInARoleThatIsBeingLeft() {
        subscribe();
        describe(AFTER);
        assertThat(refusal("dev", "task-1")).contains("of role dev,").contains("[ops]");
    }

    @Test
    void constraintsThatMastersCheckChangeAtRunTime() {
        subscribe();
        OfferConstraints constraints = Constraints.parse("rack = r1").offerConstraints(List.of("dev", "ops"));
        var asked = describe(new FrameworkDescription(BEFORE.framework(), constraints));
        assertThat(asked.call(Call.Type.UPDATE_FRAMEWORK).getUpdateFramework().getOfferConstraints())
                .isEqualTo(constraints);
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        assertThat(reconnect().getOfferConstraints()).isEqualTo(constraints);
    }

    @Test
    void oneThatTheMasterRefusesLeavesTheOneBefore() {
        subscribe();
        Call call = describe(AFTER).call(Call.Type.UPDATE_FRAMEWORK);
        var refused = fixture.tell(new FrameworkMessage.CallRefused(1, call, "invalid role"));
        assertThat(refused.told()).containsExactly(new FrameworkEvent.DescriptionRefused(AFTER, "invalid role"));
        fixture.launch("dev", "task-1", 1, 100, NONE);
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        assertThat(reconnect().getFrameworkInfo().getRolesList()).containsExactly("dev", "ops");
    }

    @Test
    void oneAfterTheOtherIsAskedAndOfThoseThatWaitTheNewest() {
        subscribe();
        FrameworkDescription third = description(info("ops", "qa", "third"));
        FrameworkDescription fourth = description(info("ops", "qa", "fourth"));
        Call first = describe(AFTER).call(Call.Type.UPDATE_FRAMEWORK);
        assertThat(describe(third).effects()).isEmpty();
        assertThat(describe(fourth).event(FrameworkEvent.DescriptionRefused.class).description()).isEqualTo(third);
        var done = fixture.tell(new FrameworkMessage.CallDone(1, first));
        assertThat(done.told()).containsExactly(new FrameworkEvent.Described(AFTER));
        assertThat(done.call(Call.Type.UPDATE_FRAMEWORK).getUpdateFramework().getFrameworkInfo().getRolesList())
                .containsExactly("ops", "qa", "fourth");
    }

    @Test
    void whatWasAskedWhenTheConnectionEndedGoesWithTheNextSubscription() {
        subscribe();
        describe(AFTER);
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        Call.Subscribe subscribe = reconnect();
        assertThat(subscribe.getFrameworkInfo().getRolesList()).containsExactly("ops", "qa");
        assertThat(subscribe.getSuppressedRolesList()).containsExactly("ops", "qa");
        var subscribed = fixture.hear(2, subscribedEvent());
        assertThat(subscribed.event(FrameworkEvent.Described.class).description()).isEqualTo(AFTER);
        assertThat(subscribed.callTypes()).doesNotContain(Call.Type.UPDATE_FRAMEWORK);
    }

    @Test
    void whatIsWantedWhileWeSubscribeIsToldAfterwards() {
        fixture.tell(new FrameworkMessage.Start());
        assertThat(describe(AFTER).effects()).isEmpty();
        var subscribed = fixture.hear(subscribedEvent());
        assertThat(subscribed.told(FrameworkEvent.Described.class)).isEmpty();
        assertThat(subscribed.call(Call.Type.UPDATE_FRAMEWORK).getUpdateFramework().getFrameworkInfo().getRolesList())
                .containsExactly("ops", "qa");
    }

    @Test
    void aMasterThatRefusesUsBecauseOfItIsAskedAgainWithTheOneBefore() {
        subscribe();
        fixture.tell(new FrameworkMessage.ConnectionEnded(1, false, "cut"));
        describe(AFTER);
        reconnect();
        var refused = fixture.hear(2, error("Role 'qa' is not present"));
        assertThat(refused.told(FrameworkEvent.Failed.class)).isEmpty();
        assertThat(refused.event(FrameworkEvent.DescriptionRefused.class).reason()).contains("qa");
        assertThat(refused.armed("reconnect")).isPositive();
        assertThat(reconnect().getFrameworkInfo().getRolesList()).containsExactly("dev", "ops");
    }

    @Test
    void whatNeverChangesIsRefusedWithoutAskingAnybody() {
        subscribe();
        for (FrameworkInfo.Builder other :
                List.of(
                        BEFORE.framework().toBuilder().setUser("nobody"),
                        BEFORE.framework().toBuilder().setCheckpoint(true),
                        BEFORE.framework().toBuilder().setPrincipal("p"))) {
            var refused = describe(description(other.build()));
            assertThat(refused.callTypes()).isEmpty();
            assertThat(refused.event(FrameworkEvent.DescriptionRefused.class).reason()).contains("cannot be changed");
        }
    }

    @Test
    void aRoleInWhichSomethingWaitsIsNotLeft() {
        subscribe();
        fixture.launch("dev", "task-1", 1, 100, NONE);
        assertThat(describe(AFTER).event(FrameworkEvent.DescriptionRefused.class).reason()).contains("role dev");
    }

    @Test
    void whatRunsInARoleThatIsLeftGoesOn() {
        subscribe();
        fixture.launch("dev", "task-1", 1, 100, NONE);
        fixture.offer(fixture.offerTo("dev", "agent-1", 1, 100));
        Call update = describe(AFTER).call(Call.Type.UPDATE_FRAMEWORK);
        fixture.tell(new FrameworkMessage.CallDone(1, update));
        assertThat(fixture.update("task-1", TaskState.TASK_RUNNING).callTypes()).containsExactly(Call.Type.ACKNOWLEDGE);
        assertThat(fixture.framework.view().tasks()).containsExactly("task-1");
    }

    @Test
    void losingATaskMeansWhatTheCapabilityInForceSaysItDoes() {
        subscribe();
        fixture.launch("dev", "task-1", 1, 100, NONE);
        fixture.offer(fixture.offerTo("dev", "agent-1", 1, 100));
        FrameworkInfo.Builder unaware = BEFORE.framework().toBuilder();
        unaware.clearCapabilities()
                .addCapabilities(
                        FrameworkInfo.Capability.newBuilder().setType(FrameworkInfo.Capability.Type.MULTI_ROLE));
        Call update = describe(description(unaware.build())).call(Call.Type.UPDATE_FRAMEWORK);
        fixture.tell(new FrameworkMessage.CallDone(1, update));
        assertThat(fixture.update("task-1", TaskState.TASK_LOST).told(FrameworkEvent.TaskEnded.class)).hasSize(1);
    }
}
