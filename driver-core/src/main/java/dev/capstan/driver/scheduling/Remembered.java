package dev.capstan.driver.scheduling;

import java.util.LinkedHashMap;
import java.util.Map;

/** The last so many names of things that are over, so that late words about them are recognized. */
final class Remembered<K> extends LinkedHashMap<K, String> {
    private static final long serialVersionUID = 1;
    private final int most;

    Remembered(int most) {
        this.most = most;
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, String> eldest) {
        return size() > most;
    }
}
