package dev.capstan.devcluster.mesos.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.OfferFilters;
import org.apache.mesos.v1.Protos.TaskID;
import org.apache.mesos.v1.Protos.TaskState;
import org.apache.mesos.v1.Protos.TaskStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.junit.jupiter.api.Test;

/** JSON as a master writes and reads it. */
class ProtoJsonTest {
    @Test
    void valuesAreWrittenAsAMasterDoesIncludingDefaults() {
        var framework = FrameworkInfo.newBuilder().setUser("root").setName("a \"b\"\n").addRoles("dev").build();
        assertThat(ProtoJson.write(framework))
                .isEqualTo(
                        "{\"user\":\"root\",\"name\":\"a \\\"b\\\"\\n\",\"failover_timeout\":0.0,"
                                + "\"checkpoint\":false,\"roles\":[\"dev\"]}");
    }

    @Test
    void whatIsWrittenIsRead() throws MalformedJsonException {
        var call =
                Call.newBuilder().setType(Call.Type.SUBSCRIBE).setFrameworkId(FrameworkID.newBuilder().setValue("f"));
        call.getSubscribeBuilder()
                .getFrameworkInfoBuilder()
                .setUser("root")
                .setName("ü")
                .setFailoverTimeout(0)
                .setCheckpoint(false)
                .putOfferFilters("dev", OfferFilters.getDefaultInstance());
        var read = Call.newBuilder();
        ProtoJson.read(ProtoJson.write(call.build()), read, "Call");
        assertThat(read.build()).isEqualTo(call.build());
    }

    @Test
    void bytesAreBase64AndEnumsAreNames() {
        var status =
                TaskStatus.newBuilder()
                        .setTaskId(TaskID.newBuilder().setValue("t"))
                        .setState(TaskState.TASK_RUNNING)
                        .setUuid(ByteString.copyFromUtf8("abc"))
                        .build();
        assertThat(ProtoJson.write(status))
                .isEqualTo("{\"task_id\":{\"value\":\"t\"},\"state\":\"TASK_RUNNING\",\"uuid\":\"YWJj\"}");
    }

    @Test
    void missingFieldsAreNamed() {
        assertThatThrownBy(() -> ProtoJson.read("{\"type\":\"KILL\",\"kill\":{}}", Call.newBuilder(), "Call"))
                .hasMessage("Failed to convert JSON into Call protobuf: Missing required fields: kill.task_id");
    }
}
