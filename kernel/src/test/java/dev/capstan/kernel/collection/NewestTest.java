package dev.capstan.kernel.collection;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.Set;

class NewestTest {
    @Test
    void theOldestKeyMakesRoomForANewOne() {
        Newest<String, Integer> newest = new Newest<>(2);
        newest.put("a", 1);
        newest.put("b", 2);
        newest.put("c", 3);
        assertThat(newest).containsOnlyKeys("b", "c");
    }

    @Test
    void aKeyThatIsThereTakesNoRoomAndStaysAsOldAsItIs() {
        Newest<String, Integer> newest = new Newest<>(2);
        newest.put("a", 1);
        newest.put("b", 2);
        newest.put("a", 3);
        assertThat(newest).containsEntry("a", 3).containsEntry("b", 2);
        newest.put("c", 4);
        assertThat(newest).containsOnlyKeys("b", "c");
    }

    @Test
    void aSetForgetsTheOldestElement() {
        Set<Integer> set = Newest.set(2);
        for (int i = 0; i < 100; i++) {
            set.add(i);
        }
        assertThat(set).containsExactly(98, 99);
    }
}
