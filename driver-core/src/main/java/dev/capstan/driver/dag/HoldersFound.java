package dev.capstan.driver.dag;

import dev.capstan.engine.id.ExecutorId;
import dev.capstan.kernel.actor.Message;

import java.util.List;

/**
 * DAG scheduler to the door where an executor waits: who holds the cached partition that it asked for.
 *
 * @param holders the first holder first; empty if nobody has it
 */
public record HoldersFound(long ticket, List<ExecutorId> holders) implements Message {
    public HoldersFound {
        holders = List.copyOf(holders);
    }
}
