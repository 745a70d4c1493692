package dev.capstan.devcluster.mesos.http;

/** An answer that goes on, in chunks. What is sent waits in memory for a peer that reads slowly, as with a master. */
public interface EventStream {
    /** Sends one chunk, in order. From any thread, never waits. */
    void send(byte[] chunk);

    /** Ends the answer behind what was sent, in order, and the connection with it. */
    void end();

    /** Cuts the connection at once, without a last chunk. */
    void cut();
}
