package dev.capstan.driver.job;

import java.util.function.Function;

/** What a function makes of the result of a job. */
final class MappedJobFuture {
    private MappedJobFuture() {}

    static <T, R> JobFuture<R> of(JobFuture<T> from, Function<? super T, ? extends R> function) {
        PromisedJob<R> mapped = new PromisedJob<>(from.id(), from::cancel);
        from.whenDone((value, failure) -> {
            if (failure != null) {
                mapped.fail(failure);
                return;
            }
            try {
                mapped.succeed(function.apply(value));
            } catch (Throwable e) {
                mapped.fail(e);
            }
        });
        return mapped;
    }
}
