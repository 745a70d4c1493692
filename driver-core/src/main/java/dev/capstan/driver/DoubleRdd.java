package dev.capstan.driver;

import dev.capstan.engine.function.Predicate;
import dev.capstan.engine.function.Statistics;
import dev.capstan.engine.lineage.Lineage;
import dev.capstan.engine.operator.NumberFunctions;
import dev.capstan.engine.storage.StorageLevel;
import dev.capstan.kernel.resource.Resources;

import java.time.Duration;
import java.util.List;
import java.util.NoSuchElementException;

/** A dataset of numbers, with arithmetic: {@code lines.mapToDouble(String::length).mean()}. None may be null. */
public final class DoubleRdd extends Rdd<Double> {
    DoubleRdd(CapstanContext context, Lineage<Double> lineage) {
        super(context, lineage);
    }

    // ---- numbers of all

    /** The sum, 0 of none: {@code prices.sum()}. */
    public double sum() {
        return NumberFunctions.Sum.of(context().jobs().run("sum", lineage(), NumberFunctions.Sum.INSTANCE).iterator());
    }

    /** The mean, NaN of none: {@code prices.mean()}. */
    public double mean() {
        return statistics("mean").mean();
    }

    /** The variance of exactly these numbers: {@code prices.variance()}. */
    public double variance() {
        return statistics("variance").variance();
    }

    /** The standard deviation of exactly these numbers: {@code prices.stdev()}. */
    public double stdev() {
        return statistics("stdev").stdev();
    }

    /** The variance of what these numbers are a sample of: {@code prices.sampleVariance()}. */
    public double sampleVariance() {
        return statistics("sampleVariance").sampleVariance();
    }

    /** The standard deviation of what these numbers are a sample of: {@code prices.sampleStdev()}. */
    public double sampleStdev() {
        return statistics("sampleStdev").sampleStdev();
    }

    /** The least number; fails if there is none: {@code prices.min()}. */
    @Override
    public Double min() {
        return present(statistics("min"), "least").min();
    }

    /** The greatest number; fails if there is none: {@code prices.max()}. */
    @Override
    public Double max() {
        return present(statistics("max"), "greatest").max();
    }

    private Statistics present(Statistics statistics, String which) {
        if (statistics.count() == 0) {
            throw new NoSuchElementException(describe() + " is empty and has no " + which + " number");
        }
        return statistics;
    }

    /** Count, mean, variance, least and greatest at once: {@code prices.stats().stdev()}. */
    public Statistics stats() {
        return statistics("stats");
    }

    Statistics statistics(String action) {
        Statistics all = Statistics.NONE;
        for (Statistics part : context().jobs().run(action, lineage(), NumberFunctions.Summary.INSTANCE)) {
            all = all.merge(part);
        }
        return all;
    }

    /** How many numbers lie in each of so many parts of the range, equally wide: {@code prices.histogram(10)}. */
    public Histogram histogram(int parts) {
        return Histograms.even(this, parts);
    }

    /**
     * How many numbers lie between these edges, which must ascend: {@code prices.histogram(new double[] {0, 10, 100})}.
     * Others do not count.
     */
    public Histogram histogram(double[] edges) {
        return Histograms.given(this, edges);
    }

    /** The sum as far as it is known in time, at 95 % confidence: {@code prices.sumApprox(Duration.ofSeconds(1))}. */
    public PartialResult<Estimate> sumApprox(Duration timeout) {
        return sumApprox(timeout, Approximations.USUAL_CONFIDENCE);
    }

    /** The same: {@code prices.sumApprox(Duration.ofSeconds(1), 0.99)}. */
    public PartialResult<Estimate> sumApprox(Duration timeout, double confidence) {
        return Approximations.sum(this, timeout, confidence);
    }

    /** The mean as far as it is known in time, at 95 % confidence: {@code prices.meanApprox(Duration.ofSeconds(1))}. */
    public PartialResult<Estimate> meanApprox(Duration timeout) {
        return meanApprox(timeout, Approximations.USUAL_CONFIDENCE);
    }

    /** The same: {@code prices.meanApprox(Duration.ofSeconds(1), 0.99)}. */
    public PartialResult<Estimate> meanApprox(Duration timeout, double confidence) {
        return Approximations.mean(this, timeout, confidence);
    }

    // ---- the same operators with a narrower type

    @Override
    public DoubleRdd filter(Predicate<? super Double> accepts) {
        return new DoubleRdd(context(), filtered(accepts));
    }

    @Override
    public DoubleRdd union(Rdd<Double> other) {
        return new DoubleRdd(context(), united(other));
    }

    @Override
    public DoubleRdd intersection(Rdd<Double> other) {
        return intersection(other, joinPartitions(other, "intersection"));
    }

    @Override
    public DoubleRdd intersection(Rdd<Double> other, int partitions) {
        return new DoubleRdd(context(), SetOperators.intersection(this, other, partitions));
    }

    @Override
    public DoubleRdd subtract(Rdd<Double> other) {
        return subtract(other, defaultPartitions());
    }

    @Override
    public DoubleRdd subtract(Rdd<Double> other, int partitions) {
        return new DoubleRdd(context(), SetOperators.difference(this, other, partitions));
    }

    @Override
    public DoubleRdd coalesce(int partitions) {
        return new DoubleRdd(context(), coalesced(partitions));
    }

    @Override
    public DoubleRdd coalesce(int partitions, boolean shuffle) {
        return shuffle ? repartition(partitions) : coalesce(partitions);
    }

    @Override
    public DoubleRdd repartition(int partitions) {
        return new DoubleRdd(context(), Redistribution.of(this, partitions));
    }

    @Override
    public DoubleRdd distinct() {
        return distinct(defaultPartitions());
    }

    @Override
    public DoubleRdd distinct(int partitions) {
        return new DoubleRdd(context(), SetOperators.distinct(this, partitions));
    }

    @Override
    public DoubleRdd sample(boolean withReplacement, double fraction) {
        return sample(withReplacement, fraction, Sampling.anySeed());
    }

    @Override
    public DoubleRdd sample(boolean withReplacement, double fraction, long seed) {
        return new DoubleRdd(context(), Sampling.sampled(this, withReplacement, fraction, seed));
    }

    @Override
    public List<DoubleRdd> randomSplit(double... weights) {
        return randomSplit(weights, Sampling.anySeed());
    }

    @Override
    public List<DoubleRdd> randomSplit(double[] weights, long seed) {
        return Sampling.split(this, weights, seed).stream().map(part -> new DoubleRdd(context(), part)).toList();
    }

    @Override
    public DoubleRdd withResources(Resources perTask) {
        return new DoubleRdd(context(), resourced(perTask));
    }

    @Override
    public DoubleRdd cache() {
        super.cache();
        return this;
    }

    @Override
    public DoubleRdd persist(StorageLevel level) {
        super.persist(level);
        return this;
    }

    @Override
    public DoubleRdd unpersist() {
        super.unpersist();
        return this;
    }

    @Override
    public DoubleRdd name(String name) {
        super.name(name);
        return this;
    }
}
