package dev.capstan.kernel.rpc;

/** What became of a question to a peer. */
public sealed interface Answer {
    /** The peer's answer. */
    record Bytes(byte[] bytes) implements Answer {}

    /** There is none, and why. */
    record Failure(RpcException cause) implements Answer {}
}
