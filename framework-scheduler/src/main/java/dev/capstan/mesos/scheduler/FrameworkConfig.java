package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.scheduler.Protos.OfferConstraints;

import java.time.Duration;

/**
 * What a {@link FrameworkScheduler} is told at its birth.
 *
 * @param description by which masters are to know the framework, until another one is wanted
 * @param timing of all that waits
 * @param wallOffsetNanos wall-clock time (since 1970) less monotonic time, for what masters date
 * @param seed of the jitter
 */
public record FrameworkConfig(FrameworkDescription description, Timing timing, long wallOffsetNanos, long seed) {
    /** With constraints that masters check. */
    public FrameworkConfig(
            FrameworkInfo framework,
            OfferConstraints offerConstraints,
            Timing timing,
            long wallOffsetNanos,
            long seed) {
        this(new FrameworkDescription(framework, offerConstraints), timing, wallOffsetNanos, seed);
    }

    /** Without constraints that masters check. */
    public FrameworkConfig(FrameworkInfo framework, Timing timing, long wallOffsetNanos, long seed) {
        this(framework, OfferConstraints.getDefaultInstance(), timing, wallOffsetNanos, seed);
    }

    /** How long things wait, on the way to a master, with offers, and with tasks. */
    public record Timing(Connecting connecting, Offering offering, Tasks tasks) {
        /** What does for most. */
        public static final Timing USUAL = new Timing(Connecting.USUAL, Offering.USUAL, Tasks.USUAL);

        /** The same with another bound on the time until the first answer. */
        public Timing withConnectPatience(Duration patience) {
            return new Timing(
                    new Connecting(connecting.firstBackoff(), connecting.mostBackoff(), patience), offering, tasks);
        }

        /**
         * On the way to a master.
         *
         * @param firstBackoff before the second attempt; later ones wait longer
         * @param mostBackoff between two attempts
         * @param patience until no answer from any master since the start is an error
         */
        public record Connecting(Duration firstBackoff, Duration mostBackoff, Duration patience) {
            static final Connecting USUAL =
                    new Connecting(Duration.ofMillis(200), Duration.ofSeconds(15), Duration.ofMinutes(1));
        }

        /**
         * With offers.
         *
         * @param hold while an offer that fits nothing is kept, to be joined with others of its agent
         * @param refuseMisfit for which an offer that fits nothing is not to be repeated
         * @param refuseUnwanted for which an offer is not to be repeated while nothing waits; asking again ends it
         * @param leastBetweenRevives because each makes the master offer everything again
         * @param maintenanceHorizon within which an agent that is to go down is not used
         */
        public record Offering(
                Duration hold,
                Duration refuseMisfit,
                Duration refuseUnwanted,
                Duration leastBetweenRevives,
                Duration maintenanceHorizon) {
            static final Offering USUAL =
                    new Offering(
                            Duration.ofMillis(500),
                            Duration.ofSeconds(5),
                            Duration.ofHours(1),
                            Duration.ofSeconds(1),
                            Duration.ofHours(1));
        }

        /**
         * With tasks.
         *
         * @param launchPatience until a task or an operation that was sent and not heard of is asked for
         * @param killPatience until a task that is to be killed and is not over is killed again
         * @param firstAnswerPatience until the master is asked again about a task; doubled each time
         * @param mostAnswerPatience between two questions about one task
         * @param askAboutAll between two rounds of questions about all our tasks
         * @param askForUnknown between two questions for tasks that we may not know
         */
        public record Tasks(
                Duration launchPatience,
                Duration killPatience,
                Duration firstAnswerPatience,
                Duration mostAnswerPatience,
                Duration askAboutAll,
                Duration askForUnknown) {
            static final Tasks USUAL =
                    new Tasks(
                            Duration.ofSeconds(60),
                            Duration.ofSeconds(10),
                            Duration.ofSeconds(2),
                            Duration.ofMinutes(1),
                            Duration.ofMinutes(15),
                            Duration.ofMinutes(15));
        }
    }
}
