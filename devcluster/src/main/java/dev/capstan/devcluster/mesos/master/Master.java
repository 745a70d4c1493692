package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.AgentMessage;
import dev.capstan.devcluster.mesos.message.MasterMessage;
import dev.capstan.devcluster.mesos.message.Reply;
import dev.capstan.kernel.actor.Actor;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Effect;

import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.allocator.Protos.InverseOfferStatus;
import org.apache.mesos.v1.scheduler.Protos.Call;
import org.apache.mesos.v1.scheduler.Protos.Event;
import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A Mesos master as frameworks and agents see it.
 *
 * <p>It alone owns who is registered, which tasks there are, and what is offered to whom, each in a part of its own:
 * {@link Subscriptions}, {@link Agents}, {@link Tasks}, {@link OfferOperations}, {@link Offers} and the {@link
 * Allocator}, over one {@link Roster}. Durable is only which agents there are, the {@link Registry}: like a real master
 * after a restart it learns of tasks from the agents that come back, waits for those that have not, and forgets which
 * frameworks were torn down.
 *
 * <pre>
 * framework: (unknown) --SUBSCRIBE--> connected --stream closed--> away --failover time-out--> removed
 *                                        ^---------SUBSCRIBE--------'
 * agent:     (unknown) --RegisterAgent--> active --link broke--> disconnected --pings missed--> unreachable
 *                                        ^-----RegisterAgent-----'--------------------------------'
 * </pre>
 *
 * <p>Invariants: the resources of an agent are free, offered to one framework, or used by its tasks and executors; a
 * framework has one stream at a time; an update with a uuid is passed on as the agent sent it.
 */
public final class Master implements Actor<MasterMessage> {
    private static final System.Logger LOG = System.getLogger(Master.class.getName());

    private final Roster roster;
    private final Offers offers;
    private final InverseOffers inverseOffers;
    private final Allocator allocator;
    private final Subscriptions subscriptions;
    private final Tasks tasks;
    private final Agents agents;
    private final Draining draining;
    private final OfferOperations operations;
    private final Operators operators;

    /**
     * @param info what it says of itself
     * @param written what the masters before it have written down
     * @param wallMinusNow what the time given with messages lacks to be nanoseconds since 1970
     */
    public Master(
            MasterConfig config,
            MasterInfo info,
            List<RegistryEntry> written,
            RandomGenerator random,
            long wallMinusNow) {
        this.roster = new Roster(config, info, written, wallMinusNow);
        this.offers = new Offers(roster);
        this.inverseOffers = new InverseOffers(roster, offers);
        this.allocator = new Allocator(roster, offers, inverseOffers);
        this.tasks = new Tasks(roster);
        this.operations = new OfferOperations(roster, random);
        this.subscriptions = new Subscriptions(roster, offers, inverseOffers, allocator, operations, random);
        this.agents = new Agents(roster, offers, inverseOffers, allocator, subscriptions, tasks, operations);
        this.draining = new Draining(roster, offers, agents);
        var maintenance = new Maintenance(roster, offers, inverseOffers, allocator, agents);
        this.operators = new Operators(roster, offers, subscriptions, draining, maintenance, operations);
    }

    @Override
    public List<Effect> on(MasterMessage message, long nowNanos) {
        roster.at(nowNanos);
        switch (message) {
            case MasterMessage.Led() -> {
                agents.awaitReturn();
                allocator.round();
            }
            case MasterMessage.ReregistrationExpired() -> agents.giveUpAwaited();
            case MasterMessage.SchedulerCall call -> onSchedulerCall(call);
            case MasterMessage.OperatorCall(var from, var call) -> onOperatorCall(from, call);
            case MasterMessage.StateAsked(var from) ->
                    roster.out.send(from, new Reply.Json(new StateView(roster, offers).json()));
            case MasterMessage.StreamClosed(var stream) -> {
                subscriptions.streamClosed(stream);
                roster.watchers.streamClosed(stream);
            }
            case MasterMessage.RegisterAgent register -> agents.register(register);
            case MasterMessage.UpdateArrived(var agent, var framework, var status, var latest) -> {
                tasks.updateArrived(agent, framework, status, latest);
                draining.check(agent);
            }
            case MasterMessage.OperationUpdateArrived(var agent, var operation) ->
                    operations.updateArrived(agent, operation);
            case MasterMessage.ExecutorExited exited -> agents.executorExited(exited);
            case MasterMessage.ExecutorTold told -> onExecutorTold(told);
            case MasterMessage.Pong(var agent) -> agents.pong(agent);
            case MasterMessage.AgentLeaves(var address) -> agents.leaves(address);
            case MasterMessage.AgentLinkBroke(var address) -> agents.linkBroke(address);
            case MasterMessage.Allocate() -> allocator.round();
            case MasterMessage.Beat(var stream) -> subscriptions.beat(stream);
            case MasterMessage.WatcherBeat(var stream) -> roster.watchers.beat(stream);
            case MasterMessage.FailoverExpired(var framework) -> subscriptions.remove(framework);
            case MasterMessage.OfferExpired(var offer) -> offers.rescind(offer);
            case MasterMessage.PingAgent(var agent) -> agents.ping(agent);
            case MasterMessage.SilenceHeartbeats(var be) -> subscriptions.silence(be);
            case MasterMessage.DropUpdates(var count) -> tasks.dropUpdates(count);
            case MasterMessage.RepeatUpdates(var times) -> tasks.repeatUpdates(times);
            case MasterMessage.RescindAll() -> offers.rescind(_ -> true);
        }
        return roster.out.drain();
    }

    // Calls

    private void onSchedulerCall(MasterMessage.SchedulerCall message) {
        Call call = message.call();
        if (call.getType() == Call.Type.SUBSCRIBE) {
            subscriptions.subscribe(message);
            return;
        }
        Framework framework = roster.frameworks.get(call.getFrameworkId());
        Reply refusal = refusal(framework, message);
        if (refusal != null || framework == null) {
            roster.out.send(
                    message.from(), refusal == null ? new Reply.Refused(400, "Framework cannot be found") : refusal);
            return;
        }
        if (call.getType() == Call.Type.UPDATE_FRAMEWORK) {
            roster.out.send(message.from(), subscriptions.change(framework, call.getUpdateFramework()));
            return;
        }
        roster.out.send(message.from(), new Reply.Accepted());
        carryOut(framework, call);
    }

    private static @Nullable Reply refusal(@Nullable Framework framework, MasterMessage.SchedulerCall message) {
        if (framework == null) {
            return new Reply.Refused(400, "Framework cannot be found");
        }
        String principal = message.principal();
        if (principal != null && framework.info.hasPrincipal() && !framework.info.getPrincipal().equals(principal)) {
            return new Reply.Refused(400, CallCheck.otherPrincipal(principal, framework.info));
        }
        if (!framework.isConnected()) {
            return new Reply.Refused(403, "Framework is not subscribed");
        }
        if (message.streamId() == null) {
            return new Reply.Refused(400, "All non-subscribe calls should include the 'Mesos-Stream-Id' header");
        }
        if (!message.streamId().equals(framework.streamId)) {
            return new Reply.Refused(
                    400,
                    "The stream ID '"
                            + message.streamId()
                            + "' included in this request didn't match the stream ID currently associated with"
                            + " framework ID "
                            + framework.id.getValue());
        }
        return null;
    }

    private void carryOut(Framework framework, Call call) {
        switch (call.getType()) {
            case TEARDOWN -> subscriptions.remove(framework.id);
            case ACCEPT -> new Acceptance(offers, framework, roster, operations).carryOut(call.getAccept());
            case DECLINE -> allocator.decline(framework, call.getDecline());
            case REVIVE -> allocator.revive(framework, call.getRevive().getRolesList());
            case SUPPRESS -> Allocator.suppress(framework, call.getSuppress().getRolesList());
            case KILL -> tasks.kill(framework, call.getKill());
            case SHUTDOWN ->
                    roster.tell(
                            call.getShutdown().getAgentId(),
                            new AgentMessage.ShutdownExecutor(framework.id, call.getShutdown().getExecutorId()));
            case ACKNOWLEDGE -> tasks.acknowledge(framework, call.getAcknowledge());
            case RECONCILE -> tasks.reconcile(framework, call.getReconcile());
            case MESSAGE ->
                    roster.tell(
                            call.getMessage().getAgentId(),
                            new AgentMessage.TellExecutor(
                                    framework.id, call.getMessage().getExecutorId(), call.getMessage().getData()));
            case ACCEPT_INVERSE_OFFERS ->
                    inverseOffers.answer(
                            framework,
                            call.getAcceptInverseOffers().getInverseOfferIdsList(),
                            InverseOfferStatus.Status.ACCEPT,
                            call.getAcceptInverseOffers().getFilters());
            case DECLINE_INVERSE_OFFERS ->
                    inverseOffers.answer(
                            framework,
                            call.getDeclineInverseOffers().getInverseOfferIdsList(),
                            InverseOfferStatus.Status.DECLINE,
                            call.getDeclineInverseOffers().getFilters());
            case ACKNOWLEDGE_OPERATION_STATUS ->
                    operations.acknowledge(framework, call.getAcknowledgeOperationStatus());
            case RECONCILE_OPERATIONS -> operations.reconcile(framework, call.getReconcileOperations());
            case REQUEST -> LOG.log(System.Logger.Level.DEBUG, "{0} has no effect here", call.getType());
            case UNKNOWN, SUBSCRIBE, UPDATE_FRAMEWORK ->
                    throw new IllegalStateException(call.getType() + " is not for here");
        }
    }

    private void onExecutorTold(MasterMessage.ExecutorTold told) {
        roster.tell(
                told.framework(),
                Event.newBuilder()
                        .setType(Event.Type.MESSAGE)
                        .setMessage(
                                Event.Message.newBuilder()
                                        .setAgentId(told.agent())
                                        .setExecutorId(told.executor())
                                        .setData(told.data()))
                        .build());
    }

    // Operators

    private void onOperatorCall(Address from, org.apache.mesos.v1.master.Protos.Call call) {
        if (call.getType() == org.apache.mesos.v1.master.Protos.Call.Type.SUBSCRIBE) {
            roster.watchers.subscribe(from, operators.state());
        } else {
            roster.out.send(from, operators.answer(call));
        }
    }
}
