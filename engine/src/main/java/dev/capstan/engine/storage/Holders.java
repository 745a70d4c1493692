package dev.capstan.engine.storage;

import dev.capstan.engine.id.ExecutorId;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Takes what several executors hold from the first of them that gives it. */
public final class Holders {
    private static final System.Logger LOG = System.getLogger(Holders.class.getName());

    private Holders() {}

    /** Takes it from one of them. */
    @FunctionalInterface
    public interface Taking<T> {
        T from(ExecutorId holder) throws IOException;
    }

    /**
     * Asks one after the other.
     *
     * @param what is wanted, for the log
     * @param failed is told of each that was asked in vain
     * @return nothing if all were
     * @throws InterruptedIOException when the task is to end, which is no holder's fault
     */
    public static <T> Optional<T> first(
            List<ExecutorId> holders, Object what, Taking<T> taking, Consumer<ExecutorId> failed)
            throws InterruptedIOException {
        for (ExecutorId holder : holders) {
            try {
                return Optional.of(taking.from(holder));
            } catch (InterruptedIOException e) {
                throw e;
            } catch (IOException e) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "{0} cannot be had from {1}: {2}",
                        what,
                        holder,
                        String.valueOf(e.getMessage()));
                failed.accept(holder);
            }
        }
        return Optional.empty();
    }
}
