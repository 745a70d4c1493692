package dev.capstan.backend.mesosdev;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.backend.MasterUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MesosDevUrlTest {
    @Test
    void agentsCpusAndMemoryAreRead() {
        assertThat(MesosDevUrl.parse(new MasterUrl("mesos-dev[3, 4,4096]"))).isEqualTo(new MesosDevUrl(3, 4, 4096));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mesos-dev",
                "mesos-dev[]",
                "mesos-dev[1,2]",
                "mesos-dev[0,1,512]",
                "mesos-dev[1,0,512]",
                "mesos-dev[1,1,255]",
                "mesos-dev[a,b,c]",
                "mesos-dev[1,1,512",
                "mesos-dev[-1,1,512]"
            })
    void whatIsMalformedIsRefused(String url) {
        assertThatThrownBy(() -> MesosDevUrl.parse(new MasterUrl(url)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(url);
    }
}
