package dev.capstan.engine.reduce;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.kernel.serialization.CompactSerializer;
import dev.capstan.kernel.serialization.Serializer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.ConcurrentModificationException;
import java.util.List;
import java.util.Random;

class NumberListTest {
    private static List<Object> list(@Nullable Object... elements) {
        return NumberList.of(new ArrayList<>(Arrays.asList(elements)));
    }

    @Test
    void numbersOfOneKindAreKeptAsNumbers() {
        for (List<Object> numbers : List.of(list(1, 2), list(1L, 2L), list(1.5, -0.0, Double.NaN))) {
            assertThat(numbers).isInstanceOf(NumberList.class).isEqualTo(new ArrayList<>(numbers));
        }
    }

    @Test
    void allElseStaysAsItIs() {
        List<List<Object>> others =
                List.of(list(), list(1, 2L), list(1, null), list((Object) null), list("a"), list(1f), list(2, "b"));
        assertThat(others).allSatisfy(other -> assertThat(other).isInstanceOf(ArrayList.class));
    }

    @Test
    void itIsChangedLikeAnyList() {
        for (int seed = 0; seed < 300; seed++) {
            var random = new Random(seed);
            List<Object> plain = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(6); i++) {
                plain.add(random.nextInt(10));
            }
            List<Object> numbers = NumberList.of(plain);
            assertThat(numbers).isNotSameAs(plain);
            for (int step = 0; step < random.nextInt(8); step++) {
                change(random, plain, numbers);
                assertThat(numbers).as("seed %s", seed).isEqualTo(plain).hasSameHashCodeAs(plain);
                assertThat(copy(numbers)).as("seed %s", seed).isEqualTo(plain);
            }
        }
    }

    private static void change(Random random, List<Object> one, List<Object> other) {
        int at = random.nextInt(one.size() + 1);
        Object element = random.nextBoolean() ? random.nextInt(10) : "text";
        int kind = random.nextInt(5);
        for (List<Object> list : List.of(one, other)) {
            switch (kind) {
                case 0 -> list.add(at, element);
                case 1 -> list.addAll(at, List.of(1, 2));
                case 2 -> list.removeIf(element::equals);
                case 3 -> list.sort((a, b) -> b.toString().compareTo(a.toString()));
                default -> {
                    if (at < list.size()) {
                        list.set(at, element);
                    }
                }
            }
        }
    }

    private static List<Object> copy(List<Object> list) {
        Serializer serializer = new CompactSerializer();
        return serializer.deserialize(serializer.serialize(list), NumberListTest.class.getClassLoader());
    }

    @Test
    void whoChangesItWhileWalkingItIsToldSo() {
        List<Object> numbers = list(1, 2, 3);
        assertThatThrownBy(() -> numbers.forEach(_ -> numbers.add(4)))
                .isInstanceOf(ConcurrentModificationException.class);
    }

    @Test
    void sortingTheNumbersSortsThem() {
        List<Object> numbers = list(3, 1, 2);
        numbers.sort(Comparator.comparing(Integer.class::cast));
        assertThat(numbers).containsExactly(1, 2, 3);
    }
}
