package dev.capstan.driver;

import dev.capstan.driver.job.JobFuture;

/**
 * What an approximate action knew when its time was over, and what it will know at the end.
 *
 * {@snippet :
 * PartialResult<Estimate> count = lines.countApprox(Duration.ofSeconds(2));
 * System.out.println("about " + count.initial().mean());
 * System.out.println("exactly " + count.complete().get().mean());
 * }
 *
 * @param initial what was known; complete if the job was done in time
 * @param complete the value of all partitions; cancel it if the first one was enough
 */
public record PartialResult<T>(T initial, JobFuture<T> complete) {}
