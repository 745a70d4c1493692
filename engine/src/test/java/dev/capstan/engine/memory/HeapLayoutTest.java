package dev.capstan.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HeapLayoutTest {
    private static final long MEGABYTE = 1 << 20;

    @Test
    void whatIsLargerThanHalfARegionTakesWholeOnes() {
        var regions = new HeapLayout(8, 12, 4, 8, MEGABYTE);
        assertThat(regions.array(100, 1)).isEqualTo(112);
        assertThat(regions.array(MEGABYTE / 2 - 12, 1)).isEqualTo(MEGABYTE / 2);
        assertThat(regions.array(MEGABYTE / 2, 1)).isEqualTo(MEGABYTE);
        assertThat(regions.array(2 * MEGABYTE, 1)).as("two and its header").isEqualTo(3 * MEGABYTE);
    }

    @Test
    void whereThereAreNoRegionsItTakesWhatItHas() {
        var plain = new HeapLayout(8, 12, 4, 8, 0);
        assertThat(plain.array(2 * MEGABYTE, 1)).isEqualTo(2 * MEGABYTE + 16);
    }
}
