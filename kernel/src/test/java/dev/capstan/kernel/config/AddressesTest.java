package dev.capstan.kernel.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class AddressesTest {
    @Test
    void onlyWhatProvesWhoAsksIsLeftOut() {
        assertThat(Addresses.withoutPassword("zk://me:secret@h1:2181,h2:2181/a@b"))
                .isEqualTo("zk://…@h1:2181,h2:2181/a@b");
        assertThat(Addresses.withoutPassword("mesos://zk://me:secret@h1/mesos")).isEqualTo("mesos://zk://…@h1/mesos");
        assertThat(Addresses.withoutPassword("zk://me:se@cret@h1:2181/a")).isEqualTo("zk://…@h1:2181/a");
        assertThat(Addresses.withoutPassword("http://files/a@b.tgz")).isEqualTo("http://files/a@b.tgz");
    }
}
