package dev.capstan.backend.mesos;

import com.google.protobuf.MessageLite;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import dev.capstan.mesos.wire.RecordWriter;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.AgentInfo;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.Protos.Resource;
import org.apache.mesos.v1.Protos.Role;
import org.apache.mesos.v1.Protos.Value;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;
import org.apache.mesos.v1.quota.Protos.QuotaConfig;
import org.apache.mesos.v1.scheduler.Protos.Event;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;

/** Somebody who answers operators and schedulers as a master of whatever cluster a test describes. */
final class FakeCluster implements AutoCloseable {
    final MasterInfo.Builder master =
            MasterInfo.newBuilder()
                    .setId("m")
                    .setIp(1)
                    .setHostname("leader.test")
                    .setPort(5050)
                    .setVersion("1.11.0")
                    .addCapabilities(
                            MasterInfo.Capability.newBuilder().setType(MasterInfo.Capability.Type.AGENT_DRAINING));
    final List<Response.GetAgents.Agent> agents = new ArrayList<>();
    final List<QuotaConfig> quotas = new ArrayList<>();
    final List<Role> roles = new ArrayList<>();
    final BlockingQueue<org.apache.mesos.v1.scheduler.Protos.Call> schedulerCalls = new LinkedBlockingQueue<>();
    private final HttpServer server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch closed = new CountDownLatch(1);
    volatile String error = "";
    volatile String leader = "";

    FakeCluster() throws IOException {
        server.setExecutor(threads);
        server.createContext("/api/v1", this::onOperator);
        server.createContext("/api/v1/scheduler", this::onScheduler);
        server.start();
    }

    String url() {
        return "mesos://127.0.0.1:" + server.getAddress().getPort();
    }

    /** An agent that takes tasks. */
    static Response.GetAgents.Agent.Builder agent(String id, String address, double cpus, double megabytes) {
        return Response.GetAgents.Agent.newBuilder()
                .setAgentInfo(AgentInfo.newBuilder().setId(AgentID.newBuilder().setValue(id)).setHostname(id))
                .setActive(true)
                .setVersion("1.11.0")
                .setPid("slave(1)@" + address)
                .addTotalResources(scalar("cpus", cpus))
                .addTotalResources(scalar("mem", megabytes))
                .addTotalResources(ports());
    }

    private static Resource ports() {
        return Resource.newBuilder()
                .setName("ports")
                .setType(Value.Type.RANGES)
                .setRanges(Value.Ranges.newBuilder().addRange(Value.Range.newBuilder().setBegin(31_000).setEnd(32_000)))
                .build();
    }

    static Resource scalar(String name, double value) {
        return Resource.newBuilder()
                .setName(name)
                .setType(Value.Type.SCALAR)
                .setScalar(Value.Scalar.newBuilder().setValue(value))
                .build();
    }

    private void onOperator(HttpExchange exchange) throws IOException {
        try (exchange) {
            Call call = Call.parseFrom(exchange.getRequestBody().readAllBytes());
            if (!leader.isEmpty()) {
                exchange.getResponseHeaders().add("Location", "//" + leader + "/master/api/v1");
                exchange.sendResponseHeaders(307, -1);
                return;
            }
            Response.Builder answer = Response.newBuilder().setType(Response.Type.valueOf(call.getType().name()));
            switch (call.getType()) {
                case GET_MASTER -> answer.getGetMasterBuilder().setMasterInfo(master);
                case GET_AGENTS -> answer.getGetAgentsBuilder().addAllAgents(agents);
                case GET_QUOTA -> answer.getGetQuotaBuilder().getStatusBuilder().addAllConfigs(quotas);
                case GET_ROLES -> answer.getGetRolesBuilder().addAllRoles(roles);
                default -> throw new IOException("not expected here: " + call);
            }
            begin(exchange);
            exchange.getResponseBody().write(answer.build().toByteArray());
        }
    }

    private void onScheduler(HttpExchange exchange) throws IOException {
        try (exchange) {
            var call = org.apache.mesos.v1.scheduler.Protos.Call.parseFrom(exchange.getRequestBody().readAllBytes());
            schedulerCalls.add(call);
            if (call.getType() != org.apache.mesos.v1.scheduler.Protos.Call.Type.SUBSCRIBE) {
                exchange.sendResponseHeaders(202, -1);
                return;
            }
            exchange.getResponseHeaders().add("Mesos-Stream-Id", "5f1e0f6e-0000-4000-8000-000000000001");
            OutputStream stream = begin(exchange);
            if (!error.isEmpty()) {
                say(
                        stream,
                        Event.newBuilder()
                                .setType(Event.Type.ERROR)
                                .setError(Event.Error.newBuilder().setMessage(error))
                                .build());
                return;
            }
            say(
                    stream,
                    Event.newBuilder()
                            .setType(Event.Type.SUBSCRIBED)
                            .setSubscribed(
                                    Event.Subscribed.newBuilder()
                                            .setFrameworkId(FrameworkID.newBuilder().setValue("f-1")))
                            .build());
            closed.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static OutputStream begin(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().add("Content-Type", "application/x-protobuf");
        exchange.sendResponseHeaders(200, 0);
        return exchange.getResponseBody();
    }

    private static void say(OutputStream stream, MessageLite event) throws IOException {
        stream.write(RecordWriter.frame(event.toByteArray()));
        stream.flush();
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
