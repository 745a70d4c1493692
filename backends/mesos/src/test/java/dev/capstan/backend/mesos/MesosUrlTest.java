package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.backend.MasterUrl;

import org.junit.jupiter.api.Test;

class MesosUrlTest {
    @Test
    void whatIsWrongWithAUrlIsSaidWithoutItsPassword() {
        assertThatThrownBy(() -> MesosUrl.parse(new MasterUrl("mesos://zk://us:secret@h1:2181"), ""))
                .hasMessageContaining("the master URL 'mesos://zk://…@h1:2181' is malformed")
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> MesosUrl.parse(new MasterUrl("mesos"), "zk://us:secret@h1:2181"))
                .hasMessageContaining("capstan.mesos.master 'zk://…@h1:2181' is malformed")
                .hasMessageNotContaining("secret");
    }
}
