package dev.capstan.devcluster.mesos.http;

import java.util.Map;

/** One request that waits for its answer. */
public interface Exchange {
    HttpRequest request();

    /** Answers; done once, from any thread. */
    void answer(HttpAnswer answer);

    /**
     * Begins an answer that goes on until it is ended; done once, from any thread.
     *
     * @param whenClosed run once the peer is gone, or has ended its side; not when we have ended ours
     */
    EventStream open(Map<String, String> headers, Runnable whenClosed);
}
