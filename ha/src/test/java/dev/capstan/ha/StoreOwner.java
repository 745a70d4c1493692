package dev.capstan.ha;

import dev.capstan.ha.zookeeper.ZooKeeperEpochStore;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A process that owns a store, and writes one record after another until it is refused. Says what was written. */
final class StoreOwner {
    static final String REFUSED = "refused";

    private StoreOwner() {}

    @SuppressWarnings("SystemOut") // this is how it is heard
    public static void main(String[] arguments) throws IOException {
        try (EpochStore store = open(arguments[0])) {
            Term term = store.take();
            for (int i = 0; ; i++) {
                String record = term.epoch() + "-" + i;
                term.append(List.of(record.getBytes(StandardCharsets.UTF_8)));
                System.out.println(record);
            }
        } catch (StaleEpochException e) {
            System.out.println(REFUSED);
        }
    }

    static EpochStore open(String where) {
        return where.startsWith("zk://")
                ? new ZooKeeperEpochStore(ZooKeeperPlace.parse(where))
                : new FileEpochStore(Path.of(where));
    }
}
