package dev.capstan.backend.localcluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.driver.backend.MasterUrl;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LocalClusterUrlTest {
    private static LocalClusterUrl parse(String text) {
        return LocalClusterUrl.parse(new MasterUrl(text));
    }

    @Test
    void theUrlSaysHowManyExecutorsAndWhatEachHas() {
        assertThat(parse("local-cluster[2,3,512]")).isEqualTo(new LocalClusterUrl(2, 3, 512));
        assertThat(parse("local-cluster[ 2 , 3 , 512 ]")).isEqualTo(new LocalClusterUrl(2, 3, 512));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "local-cluster",
                "local-cluster[2]",
                "local-cluster[2,1]",
                "local-cluster[2,1,512m]",
                "local-cluster[-1,1,512]",
                "local-cluster[2,1,512,4]",
                "local-cluster[20000,1,512]"
            })
    void aUrlThatIsMalformedIsToldWhatItMayLookLike(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(text)
                .hasMessageContaining("local-cluster[N,C,M]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"local-cluster[0,1,512]", "local-cluster[1,0,512]", "local-cluster[1,1,10]"})
    void aClusterOfNothingIsRefused(String text) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is the least");
    }
}
