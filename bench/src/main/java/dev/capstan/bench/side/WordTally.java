package dev.capstan.bench.side;

/** Sums up counted words, in whatever order they come. */
public final class WordTally {
    private long different;
    private long words;
    private long digest;

    public void add(String word, int count) {
        different++;
        words += count;
        digest += (long) word.hashCode() * count;
    }

    @Override
    public String toString() {
        return different + " different of " + words + " words, digest " + Long.toHexString(digest);
    }
}
