package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.ha.zookeeper.ZooKeeperEpochStore;
import dev.capstan.ha.zookeeper.ZooKeeperPlace;

import org.junit.jupiter.api.Test;

import java.io.IOException;

class MesosBackendTest {
    @Test
    void thatAStoreCannotBeWrittenIsSaidWithItsReasonAndWithoutItsPassword() {
        var reason = new IOException("another program has it");
        try (var store = new ZooKeeperEpochStore(ZooKeeperPlace.parse("zk://us:secret@127.0.0.1:1/store"))) {
            assertThat(MesosBackend.unwritable(store, reason))
                    .hasMessage(
                            "capstan.mesos.store zk://127.0.0.1:1/store cannot be written any more: another program has"
                                    + " it");
        }
    }
}
