package dev.capstan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.List;

class WorkloadsTest {
    @Test
    void everyWorkloadHasANameOfItsOwnAndSaysWhatItMeasures() {
        List<Workload> all = Workloads.all();
        assertThat(all).extracting(Workload::name).doesNotHaveDuplicates();
        assertThat(all).allSatisfy(workload -> assertThat(workload.about()).hasSizeGreaterThan(20));
    }
}
