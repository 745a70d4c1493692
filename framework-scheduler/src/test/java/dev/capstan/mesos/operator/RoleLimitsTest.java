package dev.capstan.mesos.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.mesos.operator.RoleLimits.Limit;

import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Role;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import org.junit.jupiter.api.Test;

import java.util.List;

class RoleLimitsTest {
    private static QuotaConfig quota(String role, String resource, double limit) {
        return QuotaConfig.newBuilder().setRole(role).putLimits(resource, scalar(limit)).build();
    }

    private static Value.Scalar scalar(double value) {
        return Value.Scalar.newBuilder().setValue(value).build();
    }

    private static Role role(String name, double cpus) {
        return Role.newBuilder()
                .setName(name)
                .setWeight(1)
                .addResources(Resource.newBuilder().setName("cpus").setType(Value.Type.SCALAR).setScalar(scalar(cpus)))
                .build();
    }

    @Test
    void whatAllInARoleHoldIsNotLeft() {
        assertThat(RoleLimits.of("dev", List.of(quota("dev", "cpus", 4)), List.of(role("dev", 2.5), role("ops", 9))))
                .containsExactly(new Limit("dev", "cpus", 1_500, 4_000));
    }

    @Test
    void aRoleIsHeldToTheLimitsOfThoseAboveIt() {
        assertThat(
                        RoleLimits.of(
                                "dev/nightly",
                                List.of(quota("dev", "cpus", 4), quota("device", "cpus", 1)),
                                List.of(role("dev", 1), role("dev/nightly", 1), role("device", 1))))
                .containsExactly(new Limit("dev", "cpus", 2_000, 4_000));
    }

    @Test
    void lessThanNothingIsNeverLeft() {
        assertThat(RoleLimits.of("dev", List.of(quota("dev", "cpus", 1)), List.of(role("dev", 2))))
                .containsExactly(new Limit("dev", "cpus", 0, 1_000));
    }
}
