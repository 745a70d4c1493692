package dev.capstan.mesos.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.capstan.mesos.constraint.Constraints;
import dev.capstan.mesos.resource.Needs;

import org.apache.mesos.v1.Protos.ContainerInfo;
import org.apache.mesos.v1.Protos.ContainerInfo.DockerInfo;
import org.apache.mesos.v1.Protos.DiscoveryInfo;
import org.apache.mesos.v1.Protos.Environment.Variable;
import org.apache.mesos.v1.Protos.Offer;
import org.apache.mesos.v1.Protos.Port;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;
import org.junit.jupiter.api.Test;

import java.util.List;

/** What a task is told of its place. */
class LaunchesTest {
    private static TaskInfo launched(TaskInfo template) {
        var fixture = FrameworkFixture.subscribed();
        Needs needs = Needs.of(1_000, 100_000).withPorts(2);
        fixture.tell(
                new FrameworkMessage.Launch(
                        new TaskRequest("task-1", "dev", needs, FrameworkFixture.NONE, "group", template)));
        Offer offer = fixture.offerOf("agent-1", 4, 4_000).toBuilder().addResources(ports(31_000, 31_005)).build();
        return fixture.offer(offer).call(Call.Type.ACCEPT).getAccept().getOperations(0).getLaunch().getTaskInfos(0);
    }

    private static Resource ports(int first, int last) {
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder().addRange(Value.Range.newBuilder().setBegin(first).setEnd(last)))
                .setAllocationInfo(Resource.AllocationInfo.newBuilder().setRole("dev"))
                .build();
    }

    @Test
    void aCommandFindsItsPortsAndItsAgentInItsEnvironment() {
        TaskInfo.Builder template = TaskInfo.newBuilder();
        template.getCommandBuilder().setValue("serve");

        assertThat(launched(template.buildPartial()).getCommand().getEnvironment().getVariablesList())
                .extracting(Variable::getName, Variable::getValue)
                .containsExactly(tuple("HOST", "agent-1.test"), tuple("PORT0", "31000"), tuple("PORT1", "31001"));
    }

    @Test
    void whoLooksForTheTaskFindsItsPorts() {
        TaskInfo.Builder template = TaskInfo.newBuilder();
        template.getDiscoveryBuilder().setVisibility(DiscoveryInfo.Visibility.FRAMEWORK).setName("a");

        assertThat(launched(template.buildPartial()).getDiscovery().getPorts().getPortsList())
                .extracting(Port::getNumber, Port::getName)
                .containsExactly(tuple(31_000, "PORT0"), tuple(31_001, "PORT1"));
    }

    @Test
    void portsOfTheAgentLeadAcrossABridgeToTheSameOnesOfTheContainer() {
        TaskInfo.Builder template = TaskInfo.newBuilder();
        template.getContainerBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(DockerInfo.newBuilder().setImage("jdk").setNetwork(DockerInfo.Network.BRIDGE));

        assertThat(launched(template.buildPartial()).getContainer().getDocker().getPortMappingsList())
                .extracting(DockerInfo.PortMapping::getHostPort, DockerInfo.PortMapping::getContainerPort)
                .containsExactly(tuple(31_000, 31_000), tuple(31_001, 31_001));
    }

    @Test
    void aContainerOnTheNetworkOfItsAgentNeedsNoMapping() {
        TaskInfo.Builder template = TaskInfo.newBuilder();
        template.getContainerBuilder()
                .setType(ContainerInfo.Type.DOCKER)
                .setDocker(DockerInfo.newBuilder().setImage("jdk").setNetwork(DockerInfo.Network.HOST));

        assertThat(launched(template.buildPartial()).getContainer().getDocker().getPortMappingsList()).isEmpty();
    }

    @Test
    void theMasterIsToldOfConstraintsThatItCanCheckWithEachSubscription() {
        OfferConstraints constraints = Constraints.parse("rack = r1").offerConstraints(List.of("dev"));
        var framework =
                new FrameworkScheduler(
                        new FrameworkConfig(FrameworkFixture.info(), constraints, FrameworkConfig.Timing.USUAL, 0, 1),
                        new FrameworkUser(FrameworkFixture.USER, event -> event),
                        List.of());

        var outcome = new FrameworkFixture.Outcome(framework.on(new FrameworkMessage.Start(), 0));

        assertThat(outcome.operations())
                .filteredOn(MasterOperation.Connect.class::isInstance)
                .singleElement()
                .satisfies(connect ->
                        assertThat(((MasterOperation.Connect) connect).subscribe().getSubscribe().getOfferConstraints())
                                .isEqualTo(constraints));
    }
}
