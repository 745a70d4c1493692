package dev.capstan.driver;

import dev.capstan.driver.job.JobFuture;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.operator.Actions;
import dev.capstan.engine.operator.ApproximateFunctions;
import dev.capstan.engine.operator.ApproximateFunctions.Part;
import dev.capstan.engine.task.PartitionFn;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** Actions that answer in time: a job, what is there of its results when the time is over, and an estimate of it. */
final class Approximations {
    static final double USUAL_CONFIDENCE = 0.95;

    private Approximations() {}

    static PartialResult<Estimate> count(Rdd<?> dataset, Duration timeout, double confidence) {
        int partitions = dataset.partitionCount();
        return answer(
                "countApprox",
                dataset.context(),
                dataset.lineage(),
                Actions.Count.INSTANCE,
                timeout,
                confidence,
                counts ->
                        new PartialSums(counts.stream().map(Approximations::part).toList(), partitions, confidence)
                                .count());
    }

    static PartialResult<Estimate> sum(DoubleRdd numbers, Duration timeout, double confidence) {
        return ofNumbers("sumApprox", numbers, timeout, confidence, PartialSums::sum);
    }

    static PartialResult<Estimate> mean(DoubleRdd numbers, Duration timeout, double confidence) {
        return ofNumbers("meanApprox", numbers, timeout, confidence, PartialSums::mean);
    }

    private static PartialResult<Estimate> ofNumbers(
            String action,
            DoubleRdd numbers,
            Duration timeout,
            double confidence,
            Function<PartialSums, Estimate> estimate) {
        return answer(
                action,
                numbers.context(),
                numbers.lineage(),
                ApproximateFunctions.Sums.INSTANCE,
                timeout,
                confidence,
                parts -> estimate.apply(new PartialSums(parts, numbers.partitionCount(), confidence)));
    }

    @SuppressWarnings("unchecked")
    static <T> PartialResult<Map<T, Estimate>> countByValue(
            String action, Rdd<T> dataset, Duration timeout, double confidence) {
        return answer(
                action,
                dataset.context(),
                dataset.lineage(),
                (PartitionFn<T, Map<T, Long>>) (PartitionFn<?, ?>) ApproximateFunctions.CountByValue.INSTANCE,
                timeout,
                confidence,
                counts -> estimates(counts, dataset.partitionCount(), confidence));
    }

    /** A partition that does not have a value counts none of it. */
    static <T> Map<T, Estimate> estimates(List<Map<T, Long>> counts, int partitions, double confidence) {
        Map<T, List<Part>> parts = new LinkedHashMap<>();
        for (Map<T, Long> partition : counts) {
            partition.forEach((value, count) -> parts.computeIfAbsent(value, _ -> new ArrayList<>()).add(part(count)));
        }
        Map<T, Estimate> estimates = new LinkedHashMap<>();
        parts.forEach((value, found) -> {
            while (found.size() < counts.size()) {
                found.add(part(0));
            }
            estimates.put(value, new PartialSums(found, partitions, confidence).count());
        });
        return estimates;
    }

    /** Elements that count one each: their sum and the sum of their squares are how many there are. */
    private static Part part(long count) {
        return new Part(count, count, count);
    }

    private static <T, U, R> PartialResult<R> answer(
            String action,
            CapstanContext context,
            Lineage<T> dataset,
            PartitionFn<? super T, ? extends U> function,
            Duration timeout,
            double confidence,
            Function<List<U>, R> estimate) {
        Checks.given(timeout, action, "a timeout");
        if (timeout.isNegative()) {
            throw new IllegalArgumentException(action + ": the timeout must not be negative: " + timeout);
        }
        if (!(confidence > 0 && confidence < 1)) {
            throw new IllegalArgumentException(
                    action + ": the confidence must lie between 0 and 1, both excluded: " + confidence);
        }
        JobFuture<List<U>> job = context.jobs().submit(action, dataset, function);
        try {
            return new PartialResult<>(estimate.apply(job.get(timeout)), job.map(estimate));
        } catch (TimeoutException _) {
            List<U> soFar = job.soFar();
            return new PartialResult<>(estimate.apply(soFar == null ? List.of() : soFar), job.map(estimate));
        } catch (InterruptedException e) {
            throw Jobs.interrupted(job, action, e);
        }
    }
}
