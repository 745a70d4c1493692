package dev.capstan.kernel.rpc;

/**
 * A way between processes: in memory within one, over sockets between several. Both keep the contract of {@link Node},
 * which the testing module has as a suite of tests that every transport passes.
 */
public interface Transport {
    /**
     * Makes this process a node that others reach by its name.
     *
     * <p>A name is free again once its node has been closed. A {@linkplain Hello#isNewerThan newer life} takes the
     * place of an older one that has not: a process that hangs must not keep its successor out. The older one is then
     * closed as if it had crashed, and learns it by {@link Receiver#peerLost}.
     *
     * @throws IllegalArgumentException when a node of this name is here already, and is not older
     */
    Node join(Hello hello, Receiver receiver);
}
