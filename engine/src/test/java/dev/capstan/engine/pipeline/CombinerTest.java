package dev.capstan.engine.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.function.Fn2;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.Set;

class CombinerTest {
    private static final Pipelines OF_NUMBERS = Pipelines.without();
    private static final Pipelines OF_OBJECTS = Pipelines.without(FastPath.COMPACT);

    /** Adds numbers of one kind; of anything else makes a text. */
    private static final Fn2<Object, Object, Object> SUM =
            (one, other) ->
                    switch (one) {
                        case Integer number when other instanceof Integer more -> number + more;
                        case Long number when other instanceof Long more -> number + more;
                        case Double number when other instanceof Double more -> number + more;
                        case null, default -> one + "+" + other;
                    };

    private static final Object[] OTHERS = {"text", "", 1.5f, (short) 3, null, 'x', true, -0.0, Double.NaN, 7L, 7};

    @Test
    void aTableOfNumbersGivesWhatATableOfObjectsGives() throws Exception {
        for (int seed = 0; seed < 2_000; seed++) {
            var random = new Random(seed);
            Combiner numbers = OF_NUMBERS.combiner(Same.INSTANCE, SUM, Object.class);
            Combiner objects = OF_OBJECTS.combiner(Same.INSTANCE, SUM, Object.class);
            int kindOfKeys = random.nextInt(4);
            int kindOfValues = random.nextInt(3);
            int keys = 1 << random.nextInt(10);
            boolean mixed = random.nextBoolean();
            int pairs = random.nextInt(600);
            for (int i = 0; i < pairs; i++) {
                int number = random.nextInt(keys) - keys / 2;
                Object key = kindOfKeys == 3 ? text(number) : number(kindOfKeys, number);
                Object value = number(kindOfValues, random.nextInt());
                if (mixed && random.nextInt(200) == 0) {
                    key = OTHERS[random.nextInt(OTHERS.length)];
                }
                if (mixed && random.nextInt(200) == 0) {
                    value = OTHERS[random.nextInt(OTHERS.length)];
                }
                numbers.add(key, value);
                objects.add(key, value);
                if (random.nextInt(1_000) == 0) {
                    numbers.clear();
                    objects.clear();
                }
            }
            assertThat(entries(numbers)).as("seed %s", seed).isEqualTo(entries(objects));
            assertThat(hashes(numbers)).as("seed %s", seed).isEqualTo(hashes(objects));
        }
    }

    private static Object number(int kind, int number) {
        return switch (kind) {
            case 0 -> (Object) number;
            case 1 -> (Object) ((long) number << number % 40);
            default -> (Object) (number / 8.0);
        };
    }

    /** Texts of up to 25 characters, some of them not Latin-1, some that differ only in what is not seen. */
    private static String text(int number) {
        var random = new Random(number);
        var text = new StringBuilder();
        int length = random.nextInt(3) == 0 ? random.nextInt(26) : random.nextInt(17);
        int most = random.nextInt(4) == 0 ? 0x3000 : random.nextInt(2) == 0 ? 3 : 0x100;
        while (text.length() < length) {
            text.append((char) random.nextInt(most));
        }
        return text.toString();
    }

    private static List<@Nullable Object> entries(Combiner table) {
        List<@Nullable Object> entries = new ArrayList<>();
        for (int entry = 0; entry < table.size(); entry++) {
            entries.add(table.key(entry));
            entries.add(table.value(entry));
        }
        return entries;
    }

    private static int[] hashes(Combiner table) {
        return Arrays.copyOf(table.hashes(), table.size());
    }

    @Test
    void numbersHoldNoObjects() throws Exception {
        Combiner numbers = OF_NUMBERS.combiner(Same.INSTANCE, SUM, Object.class);
        numbers.add(1, 2.5);
        numbers.add(2, 2.5);
        assertThat(numbers.objects()).isZero();
        numbers.add("three", 2.5);
        assertThat(numbers.objects()).isEqualTo(3);
    }

    @Test
    void textsAreCountedByTheirBytes() throws Exception {
        Combiner texts = OF_NUMBERS.combiner(Same.INSTANCE, SUM, Object.class);
        texts.add("short", 1);
        long withoutTexts = texts.tableBytes();
        texts.add("x".repeat(1_000), 1);
        assertThat(texts.objects()).isZero();
        assertThat(texts.tableBytes()).isBetween(withoutTexts + 1_000, withoutTexts + 2_000);
        assertThat(texts.largeBytes()).isZero();
        texts.add("x".repeat(1_000_000), 1);
        assertThat(texts.largeBytes()).isGreaterThanOrEqualTo(1_000_000);
        texts.clear();
        assertThat(texts.largeBytes()).isZero();
        assertThat(texts.tableBytes()).isEqualTo(withoutTexts);
    }

    @Test
    void differentTextsOfOneHashCodeAreDifferentKeys() throws Exception {
        Combiner texts = OF_NUMBERS.combiner(Same.INSTANCE, SUM, Object.class);
        String[] equalCodes = {"AaAaAaAaAaAaAaAaAa", "BBBBBBBBBBBBBBBBBB", "AaAaAa", "BBBBBB"};
        for (int round = 0; round < 2; round++) {
            for (String text : equalCodes) {
                texts.add(text, 1);
            }
        }
        assertThat(entries(texts))
                .isEqualTo(List.of(equalCodes[0], 2, equalCodes[1], 2, equalCodes[2], 2, equalCodes[3], 2));
    }

    /** One of many texts that all have the same hash code. */
    private static String alike(int number, int letters) {
        var text = new StringBuilder();
        for (int i = 0; i < letters; i++) {
            text.append((number >> i & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }

    @Test
    void manyTextsOfOneHashCodeAreCombinedAsOthersAre() throws Exception {
        for (int letters : new int[] {7, 8, 12}) { // of 14 characters, of 16, and of more
            Combiner compact = OF_NUMBERS.combiner(Same.INSTANCE, SUM, Object.class);
            Combiner objects = OF_OBJECTS.combiner(Same.INSTANCE, SUM, Object.class);
            var expected = new LinkedHashMap<String, Object>();
            var random = new Random(letters);
            for (int i = 0; i < 20_000; i++) {
                String key = random.nextInt(3) == 0 ? "other" + random.nextInt(500) : alike(random.nextInt(), letters);
                compact.add(key, i);
                objects.add(key, i);
                expected.merge(key, i, CombinerTest::plus);
            }
            assertThat(entries(objects)).isEqualTo(entries(compact));
            assertThat(hashes(objects)).isEqualTo(hashes(compact));
            List<@Nullable Object> flat = new ArrayList<>();
            expected.forEach((key, value) -> flat.addAll(List.of(key, value)));
            assertThat(entries(objects)).isEqualTo(flat);
        }
    }

    private static Object plus(Object one, Object other) {
        return (Integer) one + (Integer) other;
    }

    /** Counts how often it is looked at; one hash code for all. */
    private record Alike(int number, int[] looks) implements Comparable<Alike> {
        @Override
        public int hashCode() {
            return 5;
        }

        @Override
        public boolean equals(Object other) {
            looks[0]++;
            return other instanceof Alike alike && alike.number == number;
        }

        @Override
        public int compareTo(Alike other) {
            looks[0]++;
            return Integer.compare(number, other.number);
        }
    }

    @Test
    void toFindOneOfManyKeysOfOneHashCodeFewAreLookedAt() throws Exception {
        int keys = 50_000;
        int[] looks = {0};
        Combiner objects = OF_OBJECTS.combiner(Same.INSTANCE, SUM, Object.class);
        for (int round = 0; round < 2; round++) {
            for (int key = 0; key < keys; key++) {
                objects.add(new Alike(key, looks), 1);
            }
        }
        assertThat(objects.size()).isEqualTo(keys);
        assertThat(objects.value(keys - 1)).isEqualTo(2);
        assertThat(looks[0] / (2 * keys)).isLessThan(4 * AlikeKeys.MOST_IN_SLOTS);
        long bytes = objects.tableBytes();
        objects.clear();
        objects.add(new Alike(1, looks), 1);
        assertThat(objects.size()).isOne();
        assertThat(bytes).as("the trees count").isGreaterThan(objects.tableBytes() + 72L * (keys - 100));
    }

    @Test
    @Timeout(20)
    void aHundredThousandLongTextsOfOneHashCodeTakeNoLongerThanTheyMust() throws Exception {
        Combiner texts = OF_NUMBERS.combiner(Same.INSTANCE, SUM, Object.class);
        for (int i = 0; i < 200_000; i++) {
            texts.add(alike(i % 100_000, 17), 1);
        }
        assertThat(texts.size()).isEqualTo(100_000);
    }

    @Test
    void aFunctionThatThrowsLeavesTheTableAsItWas() throws Exception {
        Fn2<Object, Object, Object> fails =
                (_, _) -> {
                    throw new IllegalArgumentException("no sum");
                };
        Combiner numbers = OF_NUMBERS.combiner(Same.INSTANCE, fails, Object.class);
        numbers.add(1L, 1L);
        assertThatThrownBy(() -> numbers.add(1L, 2L)).hasMessage("no sum");
        assertThat(entries(numbers)).isEqualTo(List.of(1L, 1L));
    }

    @Test
    void itIsLookedAtAfterAsManyPairsAsWereAskedForWhateverTheyAre() throws Exception {
        Combiner numbers = OF_NUMBERS.combiner(Same.INSTANCE, SUM, Object.class);
        List<Integer> looks = new ArrayList<>();
        int[] pairs = {0};
        numbers.watch(() -> {
            looks.add(pairs[0]);
            return 3;
        });
        for (Object key : new Object[] {1, 2, 3, 4, "five", 6, 7, 8, 9}) {
            pairs[0]++;
            numbers.add(key, 1);
        }
        assertThat(looks).as("the table of objects begins anew").containsExactly(1, 4, 5, 8);
    }

    /** Whose hash codes would be a hundred times fewer. */
    @Test
    void keysOfTwoPartsEachHaveTheirPlaces() {
        Set<Integer> ofNumbers = new HashSet<>();
        Set<Integer> ofTexts = new HashSet<>();
        for (long one = 0; one < 256; one++) {
            for (long other = 0; other < 256; other++) {
                ofNumbers.add(CompactCombiner.place(one << Integer.SIZE | other));
                ofTexts.add(CompactCombiner.place(one << 56 | 0x20, other << 56 | 15));
            }
        }
        assertThat(ofNumbers).hasSizeGreaterThan(60_000);
        assertThat(ofTexts).hasSizeGreaterThan(60_000);
    }
}
