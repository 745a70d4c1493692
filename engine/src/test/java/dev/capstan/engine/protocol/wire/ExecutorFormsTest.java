package dev.capstan.engine.protocol.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.accumulator.AccumulatorUpdate;
import dev.capstan.engine.broadcast.PieceOffer;
import dev.capstan.engine.broadcast.PieceRequest;
import dev.capstan.engine.id.AccumulatorId;
import dev.capstan.engine.id.BlockId;
import dev.capstan.engine.id.BroadcastId;
import dev.capstan.engine.id.DatasetId;
import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.engine.id.ShuffleId;
import dev.capstan.engine.id.StageAttempt;
import dev.capstan.engine.id.StageId;
import dev.capstan.engine.id.TaskId;
import dev.capstan.engine.protocol.ApplicationRequest;
import dev.capstan.engine.protocol.BarrierRequest;
import dev.capstan.engine.protocol.BlockRequest;
import dev.capstan.engine.protocol.ExecutorOrder;
import dev.capstan.engine.protocol.ExecutorOrders;
import dev.capstan.engine.protocol.ExecutorReport;
import dev.capstan.engine.protocol.ExecutorReports;
import dev.capstan.engine.protocol.FileRequest;
import dev.capstan.engine.protocol.HoldersRequest;
import dev.capstan.engine.shuffle.FrameCheck;
import dev.capstan.engine.shuffle.ShuffleRequest;
import dev.capstan.engine.storage.KeptBlock;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.engine.task.BarrierCall;
import dev.capstan.engine.task.Failure;
import dev.capstan.engine.task.ShuffleInputs;
import dev.capstan.engine.task.SourceSlice;
import dev.capstan.engine.task.StageCode;
import dev.capstan.engine.task.TaskLaunch;
import dev.capstan.engine.task.TaskMetrics;
import dev.capstan.engine.task.TaskOutcome;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.actor.Message;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.rpc.MessageCodec;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;

class ExecutorFormsTest {
    private static final MessageCodec CODEC = new MessageCodec(ExecutorForms.ALL);
    private static final StageAttempt STAGE = new StageAttempt(new StageId(3), 2);
    private static final byte[] BYTES = {1, 2, 3, -1};

    private static final List<BlockId> BLOCKS =
            List.of(
                    new BlockId.CachedPartition(new DatasetId(0), 7),
                    new BlockId.TaskResult(1L << 40),
                    new BlockId.BroadcastPiece(new BroadcastId(4), 0));

    private static final List<ExecutorOrder> ORDERS =
            List.of(
                    new ExecutorOrder.Welcome(Duration.ofSeconds(10)),
                    new ExecutorOrder.Refuse("too late"),
                    new ExecutorOrder.InstallStage(
                            STAGE,
                            new StageCode(BYTES, true),
                            List.of(
                                    new ShuffleInputs(
                                            new ShuffleId(1),
                                            Arrays.asList(
                                                    new ExecutorId("a"),
                                                    null,
                                                    new ExecutorId("b"),
                                                    new ExecutorId("a")))),
                            new Resources(500, 1 << 20, Map.of("gpu", 1_000L))),
                    new ExecutorOrder.RunTasks(
                            STAGE,
                            List.of(
                                    new TaskLaunch(new TaskId(0), 0, 0, List.of()),
                                    new TaskLaunch(
                                            new TaskId(9),
                                            3,
                                            1,
                                            List.of(new SourceSlice(new DatasetId(2), 3, BYTES))))),
                    new ExecutorOrder.KillTasks(List.of(new TaskId(1), new TaskId(2)), true, "no longer wanted"),
                    new ExecutorOrder.ReturnTasks(STAGE, 3),
                    new ExecutorOrder.ForgetStage(STAGE),
                    new ExecutorOrder.ForgetShuffle(new ShuffleId(0)),
                    new ExecutorOrder.ForgetDataset(new DatasetId(5)),
                    new ExecutorOrder.ForgetBroadcast(new BroadcastId(6)),
                    new ExecutorOrder.ForgetBlock(BLOCKS.getFirst()),
                    new ExecutorOrder.CopyBlock(
                            new BlockId.CachedPartition(new DatasetId(3), 4),
                            StorageLevel.DISK_ONLY_3,
                            new ExecutorId("executor-2")),
                    new ExecutorOrder.Lasting(5, new ExecutorOrder.ForgetStage(STAGE)),
                    new ExecutorOrder.ReportsTaken(77),
                    new ExecutorOrder.Drain(Duration.ZERO),
                    new ExecutorOrder.Shutdown("the end"));

    private static final List<TaskOutcome> OUTCOMES =
            List.of(
                    new TaskOutcome.Result(BYTES),
                    new TaskOutcome.Result(
                            new byte[0], List.of(new AccumulatorUpdate(new AccumulatorId(3), "lines", BYTES))),
                    new TaskOutcome.StoredResult(BLOCKS.get(1), 1L << 33),
                    new TaskOutcome.MapOutput(0, List.of(new AccumulatorUpdate(new AccumulatorId(0), "", new byte[0]))),
                    new TaskOutcome.Failed(new Failure("a.B", "süß \u0000 \ud83d\ude00", "at", true)),
                    new TaskOutcome.FetchFailed(new ShuffleId(1), 2, new ExecutorId("x"), "gone"),
                    new TaskOutcome.FetchFailed(new ShuffleId(1), 2, null, "nobody"),
                    new TaskOutcome.Killed("speculation"));

    @Test
    void ordersArriveAsTheyWereGiven() throws IOException {
        travels(new ExecutorOrders(new Epoch(4), new ExecutorId("executor-1"), ORDERS));
        for (ExecutorOrder order : ORDERS) {
            travels(new ExecutorOrders(new Epoch(4), new ExecutorId("executor-1"), List.of(order)));
        }
        assertThat(ORDERS.stream().map(Object::getClass).distinct().count())
                .as("one of each kind")
                .isEqualTo(ExecutorOrder.class.getPermittedSubclasses().length);
    }

    @Test
    void reportsArriveAsTheyWereGiven() throws IOException {
        var metrics = new TaskMetrics(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
        List<ExecutorReport> reports =
                new java.util.ArrayList<>(
                        List.of(
                                new ExecutorReport.Register(
                                        new LeaseId("l"), "host", new Resources(2_000, 0, Map.of())),
                                new ExecutorReport.TasksReturned(List.of(new TaskId(4))),
                                new ExecutorReport.StageMissing(STAGE, List.of()),
                                new ExecutorReport.BlocksChanged(
                                        BLOCKS.stream()
                                                .map(block -> new KeptBlock(block, 1, 1L << 40, StorageLevel.OFF_HEAP))
                                                .toList(),
                                        BLOCKS),
                                new ExecutorReport.Heartbeat(
                                        List.of(new ExecutorReport.TaskProgress(new TaskId(1), 2, 3)),
                                        List.of(new TaskId(5))),
                                new ExecutorReport.CopyFailed(
                                        new BlockId.CachedPartition(new DatasetId(3), 4), "no room"),
                                new ExecutorReport.Drained(),
                                new ExecutorReport.Ending("unfit")));
        OUTCOMES.forEach(outcome -> reports.add(new ExecutorReport.TaskEnded(new TaskId(8), outcome, metrics)));
        reports.add(new ExecutorReport.TaskEnded(new TaskId(8), OUTCOMES.getFirst(), TaskMetrics.NONE));
        for (ExecutorReport report : reports) {
            travels(
                    new ExecutorReports(
                            new Epoch(0), new ExecutorId("e"), new Address("e", "executor"), 9, 7, List.of(report)));
        }
        assertThat(reports.stream().map(Object::getClass).distinct().count())
                .as("one of each kind")
                .isEqualTo(ExecutorReport.class.getPermittedSubclasses().length);
    }

    @Test
    void requestsArriveAsTheyWereMade() throws IOException {
        for (BlockId block : BLOCKS) {
            travels(new BlockRequest(block));
        }
        travels(
                new BarrierRequest(
                        new BarrierCall(STAGE, new TaskId(1), 2, BarrierCall.Kind.ALL_GATHER, BYTES),
                        Duration.ofMinutes(3)));
        travels(new ApplicationRequest());
        travels(new HoldersRequest(new BlockId.CachedPartition(new DatasetId(1), 2)));
        travels(new PieceRequest(new BroadcastId(9), new ExecutorId("a"), List.of(3, 0), List.of(new ExecutorId("b"))));
        travels(new FileRequest("00ff".repeat(16)));
        travels(new ShuffleRequest(new ShuffleId(0), List.of(0, 5, 3), 2, 4, 7));
        travels(new FrameCheck(new ShuffleId(1), 2, 3, 4, 5, 6));
    }

    @Test
    void answersArriveAsTheyWereGiven() throws IOException {
        List<ExecutorId> executors = List.of(new ExecutorId("b"), new ExecutorId("a"));
        assertThat(Holders.fromBytes(Holders.toBytes(executors))).isEqualTo(executors);
        for (PieceOffer offer :
                List.of(new PieceOffer(3, 4, BYTES, List.of()), new PieceOffer(0, 1, new byte[0], executors))) {
            assertThat(PieceOffers.fromBytes(PieceOffers.toBytes(offer))).usingRecursiveComparison().isEqualTo(offer);
        }
    }

    @Test
    void bytesOfNothingKnownAreRefusedAndNothingElseHappens() {
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            int tag = random.nextInt(12);
            try {
                Message read = CODEC.decode(tag, ByteBuffer.wrap(bytes));
                assertThat(read).isNotNull();
            } catch (IOException e) {
                assertThat(e).hasMessageNotContaining("null pointer");
            }
        }
        assertThatThrownBy(() -> CODEC.decode(4_711, ByteBuffer.allocate(0))).hasMessageContaining("4711");
    }

    private static void travels(Message message) throws IOException {
        MessageCodec.Encoded encoded = CODEC.encode(message);
        Message read = CODEC.decode(encoded.tag(), ByteBuffer.wrap(encoded.bytes()));
        assertThat(read).usingRecursiveComparison().isEqualTo(message);
    }
}
