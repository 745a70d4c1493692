package dev.capstan.kernel.rpc.socket;

import java.net.SocketAddress;

/** Says who was turned away or hung up, one line for each, and only so many lines a second. Thread-safe. */
final class Rejections {
    private static final System.Logger LOG = System.getLogger(Rejections.class.getName());
    private static final int LINES_PER_SECOND = 5;
    private static final long SECOND_NANOS = 1_000_000_000;

    private final String node;
    private long secondBegan;
    private int lines;
    private long unsaid;

    Rejections(String node) {
        this.node = node;
    }

    void rejected(SocketAddress who, String why) {
        say(System.Logger.Level.WARNING, "{0} turned away {1}: {2}{3}", who, why);
    }

    /** Nobody was turned away: most likely a process that was ended while it started, or one that probes ports. */
    void leftByItself(SocketAddress who, String why) {
        say(System.Logger.Level.INFO, "{0} was left by {1}: {2}{3}", who, why);
    }

    private void say(System.Logger.Level level, String line, SocketAddress who, String why) {
        long others = mayBeSaid(System.nanoTime());
        if (others >= 0) {
            LOG.log(level, line, node, who, why, others == 0 ? "" : " (and " + others + " others that were not named)");
        }
    }

    /** Of how many it was not said before, or -1 when this is one of them too. */
    private synchronized long mayBeSaid(long now) {
        if (lines == 0 || now - secondBegan > SECOND_NANOS) {
            secondBegan = now;
            lines = 0;
        }
        if (lines == LINES_PER_SECOND) {
            unsaid++;
            return -1;
        }
        lines++;
        long others = unsaid;
        unsaid = 0;
        return others;
    }
}
