package dev.capstan.backend.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.backend.MasterUrl;
import dev.capstan.driver.backend.SchedulerBackends;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocalUrlTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "local;1;0",
                "local[3];3;0",
                "local[*];8;0",
                "local[ 2 , 4 ];2;4",
                "local[*,3];8;3",
                " local[5] ;5;0"
            })
    void theFormsAreRead(String url, int cores, int failures) {
        assertThat(LocalUrl.parse(new MasterUrl(url), 8)).isEqualTo(new LocalUrl(cores, failures));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"local[0]", "local[x]", "local[", "local[-1]", "local[2,0]", "local[99999]", "local[1,2,3]"})
    void whatIsMalformedIsRefusedByName(String url) {
        assertThatThrownBy(() -> LocalUrl.parse(new MasterUrl(url), 8))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(url);
    }

    @Test
    void aMasterThatNobodyKnowsIsRefusedWithThoseThatAreKnown() {
        assertThatThrownBy(() -> SchedulerBackends.find(new MasterUrl("yarn")))
                .hasMessageContaining("no backend takes the master URL 'yarn'")
                .hasMessageContaining("local[*]");
        assertThatThrownBy(() -> SchedulerBackends.find(new MasterUrl("local-cluster[2,1,512]")))
                .hasMessageContaining("no backend takes");
    }
}
