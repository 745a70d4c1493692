package dev.capstan.driver.scheduling;

import dev.capstan.driver.scheduling.PlacingOrder.Share;
import dev.capstan.driver.scheduling.PoolSettings.Pool;
import dev.capstan.driver.scheduling.SchedulingConfig.OrderMode;

/** A pool in use: its task sets that want room, in order. */
final class PoolEntry extends IndexedHeap.Item {
    final Pool settings;
    final IndexedHeap<ActiveSet> wanting;

    /** Sets of this pool, whether they want room or not. */
    int sets;

    /** What its tasks have been given. */
    long usedMilliCpus;

    PoolEntry(Pool settings) {
        this.settings = settings;
        this.wanting = new IndexedHeap<>(fair() ? PlacingOrder.BY_USE : PlacingOrder.BY_AGE);
    }

    boolean fair() {
        return settings.order() == OrderMode.FAIR;
    }

    Share share() {
        return new Share(settings.name(), settings.weight(), settings.minShare(), usedMilliCpus);
    }

    SchedulingView.PoolLine line() {
        return new SchedulingView.PoolLine(
                settings.name(), settings.weight(), settings.minShare(), usedMilliCpus, sets);
    }
}
