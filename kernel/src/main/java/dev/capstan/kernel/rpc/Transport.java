package dev.capstan.kernel.rpc;

/**
 * A way between processes: in memory within one, over sockets between several. Both keep the contract of {@link Node}.
 */
public interface Transport {
    /**
     * Makes this process a node that others reach by its name.
     *
     * @throws IllegalArgumentException when the name is taken
     */
    Node join(Hello hello, Receiver receiver);
}
