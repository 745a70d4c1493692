package dev.capstan.devcluster.mesos.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.devcluster.mesos.agent.ExecutorTokens.InvalidTokenException;

import org.apache.mesos.v1.Protos.ContainerID;
import org.apache.mesos.v1.Protos.ExecutorID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.executor.Protos.Call;
import org.junit.jupiter.api.Test;

/** A token says who an executor is, and nobody can make one who does not know the secret. */
class ExecutorTokensTest {
    private static final FrameworkID FRAMEWORK = FrameworkID.newBuilder().setValue("f").build();
    private static final ContainerID CONTAINER = ContainerID.newBuilder().setValue("c").build();
    private final ExecutorTokens tokens = new ExecutorTokens("secret");

    private static ExecutorID executor(String id) {
        return ExecutorID.newBuilder().setValue(id).build();
    }

    private static Call callOf(String id) {
        return Call.newBuilder().setFrameworkId(FRAMEWORK).setExecutorId(executor(id)).build();
    }

    @Test
    void aTokenIsOfTheExecutorThatItWasMadeForAndOfNoOther() throws InvalidTokenException {
        String token = tokens.of(FRAMEWORK, executor("e1"), CONTAINER);
        assertThat(tokens.isOfCaller(token, callOf("e1"))).isTrue();
        assertThat(tokens.isOfCaller(token, callOf("e2"))).isFalse();
    }

    @Test
    void aTokenSignedWithAnotherSecretIsRefused() {
        String token = new ExecutorTokens("other").of(FRAMEWORK, executor("e1"), CONTAINER);
        assertThatThrownBy(() -> tokens.isOfCaller(token, callOf("e1")))
                .isInstanceOf(InvalidTokenException.class)
                .hasMessage("Invalid JWT: Token signature does not match");
    }

    @Test
    void aTokenThatSaysItNeedsNoSignatureIsRefused() {
        String none = "eyJhbGciOiJub25lIn0.e30."; // {"alg":"none"}
        assertThatThrownBy(() -> tokens.isOfCaller(none, callOf("e1"))).hasMessageContaining("none");
    }

    @Test
    void whatIsNoTokenAtAllIsRefused() {
        assertThatThrownBy(() -> tokens.isOfCaller("abc", callOf("e1")))
                .hasMessage("Invalid JWT: Expected 3 components in token, got 1");
        assertThatThrownBy(() -> tokens.isOfCaller("abc.def.ghi", callOf("e1")))
                .hasMessageStartingWith("Invalid JWT: Failed to decode token header: Failed to parse into JSON");
        assertThatThrownBy(() -> tokens.isOfCaller("!.!.!", callOf("e1")))
                .hasMessageStartingWith("Invalid JWT: Failed to decode token header: ");
    }
}
