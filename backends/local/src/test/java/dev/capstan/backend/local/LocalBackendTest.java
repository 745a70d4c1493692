package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.driver.backend.BackendEnvironment;
import dev.capstan.driver.backend.BackendMessage;
import dev.capstan.driver.backend.Lease;
import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.fixed.FixedMessage;
import dev.capstan.driver.backend.fixed.FixedOperation;
import dev.capstan.engine.broadcast.SharedValues;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.executor.ExecutorKeys;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.ActorLoop;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Journal;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.actor.Operations;
import dev.capstan.kernel.config.ConfigKey;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.rpc.Hello;
import dev.capstan.kernel.rpc.InMemoryTransport;
import dev.capstan.kernel.serialization.SerializationSettings;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

@Tag("live")
class LocalBackendTest {
    private static final Address DRIVER = new Address("driver", "tasks");
    private static final Address SELF = new Address("driver", "backend");
    private static final Map<String, String> SETTINGS =
            Stream.concat(new ExecutorKeys().keys().stream(), SerializationSettings.keys().stream())
                    .collect(Collectors.toMap(ConfigKey::name, ConfigKey::defaultText));

    @Test
    void anExecutorThatEndsByItselfIsToldAndNotKept() throws InterruptedException {
        var transport = new InMemoryTransport();
        BlockingQueue<Message> told = new LinkedBlockingQueue<>();
        Actor<BackendMessage> hearer =
                (message, _) -> {
                    told.add(message);
                    return List.of();
                };
        var id = new ExecutorId("executor-0");
        var lease = new Lease(new LeaseId("local-0"), id, "localhost", Resources.cpus(1));
        try (var loop = new ActorLoop("tested-loop", (_, _, _) -> {}, _ -> {});
                var driver = transport.join(new Hello(Hello.PROTOCOL, "app", "driver", "driver", 1, 0), (_, _) -> {})) {
            loop.host(SELF, hearer, Operations.NONE, Journal.NONE).start();
            var environment =
                    new BackendEnvironment(
                            "app", new Epoch(1), DRIVER, SELF, transport, null, loop, SharedValues.NONE, SETTINGS::get);
            try (var backend = new LocalBackend(LocalUrl.parse(new MasterUrl("local[1]"), 1), environment)) {
                backend.operations().perform(new FixedOperation.StartExecutor(lease), told::add);
                assertThat(backend.executors()).isEqualTo(1);
                driver.send(
                        DRIVER,
                        new Address(id.name(), "executor"),
                        new ExecutorOrders(new Epoch(1), id, List.of(new ExecutorOrder.Shutdown("enough"))));
                assertThat(told.poll(20, TimeUnit.SECONDS)).isInstanceOf(FixedMessage.ExecutorEnded.class);
                assertThat(backend.executors()).isZero();
            }
        }
    }
}
