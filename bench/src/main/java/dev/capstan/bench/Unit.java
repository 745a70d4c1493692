package dev.capstan.bench;

/** What figures are counted in, and which of two is the better one. */
public enum Unit {
    TASKS_PER_SECOND("tasks/s", true),
    NANOS("ns", false),
    MICROS("us", false),
    MILLIS("ms", false),
    SECONDS("s", false),
    MEGABYTES("MB", false),
    JARS("jars", false),
    OFFERS("offers", false);

    private final String symbol;
    private final boolean moreIsBetter;

    Unit(String symbol, boolean moreIsBetter) {
        this.symbol = symbol;
        this.moreIsBetter = moreIsBetter;
    }

    public String symbol() {
        return symbol;
    }

    /** How many times better ours is than the peer's: above 1 if it is better. */
    double ratio(double ours, double peers) {
        return moreIsBetter ? ours / peers : peers / ours;
    }
}
