package dev.capstan.mesos.operator;

import com.google.protobuf.InvalidProtocolBufferException;

import dev.capstan.mesos.master.LeaderSearch;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterException;
import dev.capstan.mesos.master.MasterException.Kind;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.master.MesosHttp;
import dev.capstan.mesos.wire.Messages;

import org.apache.mesos.v1.Protos.AgentID;
import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.master.Protos.Call;
import org.apache.mesos.v1.master.Protos.Response;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * Asks the leading master of a cluster as its operators do. Each call finds the leader by itself, is bounded in time,
 * and may be made from any thread.
 *
 * <pre>{@code
 * try (var client = new OperatorClient(MasterPlace.parse("h1:5050,h2:5050"), MasterAccess.OPEN)) {
 *     client.get(Call.Type.GET_AGENTS).getGetAgents().getAgentsList().forEach(System.out::println);
 *     client.tearDown("5f1e0f6e-0001");
 * }
 * }</pre>
 */
public final class OperatorClient implements AutoCloseable {
    private static final String PATH = "/api/v1";
    private static final int MOST_BYTES = 512 << 20;

    private final LeaderSearch search;

    public OperatorClient(MasterPlace place, MasterAccess access) {
        this.search = new LeaderSearch(place, access, PATH);
    }

    /**
     * Makes any call but SUBSCRIBE.
     *
     * @return what the master says; without a type after calls that only act. Of a master that is newer than we are it
     *     may lack values that Mesos asks for
     * @throws MasterException when the call was not done; its kind tells why
     * @throws IOException when the answer breaks off
     */
    public Response call(Call call) throws IOException, InterruptedException {
        if (call.getType() == Call.Type.SUBSCRIBE) {
            throw new IllegalArgumentException("SUBSCRIBE never ends; use subscribe()");
        }
        LeaderSearch.Answered answer = search.post(call.toByteArray(), OperatorClient::isAnswer);
        byte[] bytes = MesosHttp.whole(answer.response(), MOST_BYTES);
        try {
            return Messages.read(Response.parser(), bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new MasterException(
                    Kind.NOT_A_MASTER, answer.at().getAuthority() + " answers with what is no message of Mesos", e);
        }
    }

    /** Those that only act are answered by nothing at all. */
    private static boolean isAnswer(HttpResponse<?> answer) {
        boolean isEmpty = answer.headers().firstValueAsLong("Content-Length").orElse(-1) == 0;
        return answer.statusCode() == 202 || answer.statusCode() == 200 && (isEmpty || MesosHttp.isProtobuf(answer));
    }

    /** Makes a call that needs nothing but its type, GET_STATE for instance. */
    public Response get(Call.Type type) throws IOException, InterruptedException {
        return call(Call.newBuilder().setType(type).build());
    }

    /** Part of a file that a master shows, {@code /master/log} for instance. */
    public Response.ReadFile readFile(String path, long offset, long length) throws IOException, InterruptedException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.READ_FILE);
        call.getReadFileBuilder().setPath(path).setOffset(offset).setLength(length);
        return call(call.build()).getReadFile();
    }

    /** What is in a directory that a master shows. */
    public Response.ListFiles listFiles(String path) throws IOException, InterruptedException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.LIST_FILES);
        call.getListFilesBuilder().setPath(path);
        return call(call.build()).getListFiles();
    }

    /** Ends a framework, and all that runs for it. */
    public void tearDown(String frameworkId) throws IOException, InterruptedException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.TEARDOWN);
        call.getTeardownBuilder().setFrameworkId(FrameworkID.newBuilder().setValue(frameworkId));
        act(call);
    }

    /** Says that an agent will never come back, so that nobody waits for its tasks any more. */
    public void markAgentGone(String agentId) throws IOException, InterruptedException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.MARK_AGENT_GONE);
        call.getMarkAgentGoneBuilder().setAgentId(agent(agentId));
        act(call);
    }

    /**
     * Ends all that runs on an agent and starts nothing there, until the agent is reactivated.
     *
     * @param mostGrace that tasks have to end
     * @param markGone whether it is then marked as gone
     */
    public void drainAgent(String agentId, Duration mostGrace, boolean markGone)
            throws IOException, InterruptedException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.DRAIN_AGENT);
        call.getDrainAgentBuilder()
                .setAgentId(agent(agentId))
                .setMaxGracePeriod(
                        com.google.protobuf.Duration.newBuilder()
                                .setSeconds(mostGrace.toSeconds())
                                .setNanos(mostGrace.toNanosPart()))
                .setMarkGone(markGone);
        act(call);
    }

    /** Starts nothing on an agent any more; what runs goes on. */
    public void deactivateAgent(String agentId) throws IOException, InterruptedException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.DEACTIVATE_AGENT);
        call.getDeactivateAgentBuilder().setAgentId(agent(agentId));
        act(call);
    }

    /** Undoes {@link #deactivateAgent} and {@link #drainAgent}. */
    public void reactivateAgent(String agentId) throws IOException, InterruptedException {
        Call.Builder call = Call.newBuilder().setType(Call.Type.REACTIVATE_AGENT);
        call.getReactivateAgentBuilder().setAgentId(agent(agentId));
        act(call);
    }

    private void act(Call.Builder call) throws IOException, InterruptedException {
        Response unused = call(call.build());
    }

    private static AgentID agent(String id) {
        return AgentID.newBuilder().setValue(id).build();
    }

    /**
     * Begins to listen to all that happens in the cluster; the first event has its state.
     *
     * @throws MasterException when no master lets us
     */
    public OperatorEvents subscribe() throws IOException, InterruptedException {
        Call call = Call.newBuilder().setType(Call.Type.SUBSCRIBE).build();
        return new OperatorEvents(search.post(call.toByteArray(), OperatorClient::isStream));
    }

    private static boolean isStream(HttpResponse<?> answer) {
        return answer.statusCode() == 200 && MesosHttp.isProtobuf(answer);
    }

    /** Ends what is under way, event streams too. */
    @Override
    public void close() {
        search.close();
    }
}
