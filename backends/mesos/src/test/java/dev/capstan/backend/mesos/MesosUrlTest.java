package dev.capstan.backend.mesos;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackends;

import org.junit.jupiter.api.Test;

class MesosUrlTest {
    @Test
    void aUrlThatNobodyTakesIsNamedWithoutItsPassword() {
        assertThatThrownBy(() -> SchedulerBackends.find(new MasterUrl("zk://us:secret@h1:2181/mesos")))
                .hasMessageContaining("no backend takes the master URL 'zk://…@h1:2181/mesos'")
                .hasMessageNotContaining("secret");
    }

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
