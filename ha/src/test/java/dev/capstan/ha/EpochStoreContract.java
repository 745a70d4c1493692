package dev.capstan.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** What every form of a store keeps to. */
abstract class EpochStoreContract {
    private final List<EpochStore> opened = new ArrayList<>();

    /** The same store as before, as another process would open it. */
    abstract EpochStore open() throws IOException;

    private EpochStore store() throws IOException {
        EpochStore store = open();
        opened.add(store);
        return store;
    }

    @AfterEach
    void closeAll() {
        opened.forEach(EpochStore::close);
    }

    static List<byte[]> bytes(String... texts) {
        return Arrays.stream(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)).toList();
    }

    static List<String> texts(Term term) {
        return term.records().stream().map(record -> new String(record, StandardCharsets.UTF_8)).toList();
    }

    @Test
    void aNewStoreIsEmptyAndEpochsRise() throws IOException {
        Term first = store().take();
        assertThat(first.records()).isEmpty();
        Term second = store().take();
        Term third = store().take();
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(third.epoch()).isGreaterThan(second.epoch());
        assertThat(third.records()).isEmpty();
    }

    @Test
    void whatWasWrittenIsThereForTheNextInItsOrder() throws IOException {
        EpochStore store = store();
        Term first = store.take();
        first.append(bytes("one", "", "three"));
        first.append(List.of());
        first.append(bytes("four"));
        store.close();
        Term second = store().take();
        assertThat(texts(second)).containsExactly("one", "", "three", "four");
        second.append(bytes("five"));
        assertThat(texts(store().take())).containsExactly("one", "", "three", "four", "five");
        assertThat(texts(second)).as("as it was found").containsExactly("one", "", "three", "four");
    }

    @Test
    void whoeverIsNoLongerTheOwnerCannotWrite() throws IOException {
        Term first = store().take();
        first.append(bytes("mine"));
        Term second = store().take();
        assertThatThrownBy(() -> first.append(bytes("late"))).isInstanceOf(StaleEpochException.class);
        second.append(bytes("yours"));
        assertThat(texts(store().take())).containsExactly("mine", "yours");
    }

    @Test
    void whoeverIsNoLongerTheOwnerCannotReplace() throws IOException {
        Term first = store().take();
        first.append(bytes("mine"));
        Term second = store().take();
        second.append(bytes("yours"));
        assertThatThrownBy(() -> first.replace(bytes("late"))).isInstanceOf(StaleEpochException.class);
        second.append(bytes("again"));
        assertThat(texts(store().take())).containsExactly("mine", "yours", "again");
    }

    @Test
    void anOwnerThatTakesAgainRefusesItsOwnEarlierTerm() throws IOException {
        EpochStore store = store();
        Term first = store.take();
        Term second = store.take();
        second.append(bytes("now"));
        assertThatThrownBy(() -> first.append(bytes("late"))).isInstanceOf(StaleEpochException.class);
        assertThat(texts(store().take())).containsExactly("now");
    }

    @Test
    void replacingLeavesNothingOfWhatWasThereAndGoesOn() throws IOException {
        Term first = store().take();
        first.append(bytes("a", "b", "c"));
        first.replace(bytes("abc"));
        first.append(bytes("d"));
        first.replace(bytes("abcd", "x"));
        first.append(bytes("e"));
        Term second = store().take();
        assertThat(texts(second)).containsExactly("abcd", "x", "e");
        second.replace(List.of());
        second.append(bytes("f"));
        assertThat(texts(store().take())).containsExactly("f");
    }

    @Test
    void theLargestRecordIsTakenAndALargerOneIsRefusedBeforeAnythingIsWritten() throws IOException {
        byte[] largest = new byte[EpochStore.MOST_RECORD_BYTES];
        new Random(1).nextBytes(largest);
        Term first = store().take();
        first.append(List.of(largest, largest, largest, largest, largest));
        assertThatThrownBy(() -> first.append(List.of(new byte[1], new byte[EpochStore.MOST_RECORD_BYTES + 1])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("262145 bytes");
        first.append(bytes("end"));
        Term second = store().take();
        assertThat(second.records()).hasSize(6);
        assertThat(second.records().subList(0, 5)).allMatch(record -> Arrays.equals(record, largest));
    }

    @Test
    void manyRecordsKeepTheirOrder() throws IOException {
        Term first = store().take();
        List<String> expected = new ArrayList<>();
        for (int batch = 0; batch < 5; batch++) {
            List<String> texts = new ArrayList<>();
            for (int i = 0; i < 300; i++) {
                texts.add(batch + "-" + i);
            }
            first.append(bytes(texts.toArray(new String[0])));
            expected.addAll(texts);
        }
        Term second = store().take();
        assertThat(texts(second)).isEqualTo(expected);
        second.replace(second.records());
        assertThat(texts(store().take())).isEqualTo(expected);
    }

    @Test
    void callersMayChangeTheirArraysAfterwards() throws IOException {
        Term first = store().take();
        byte[] record = {1, 2, 3};
        first.append(List.of(record));
        record[0] = 9;
        Term second = store().take();
        second.records().getFirst()[1] = 9;
        assertThat(second.records().getFirst()).containsExactly(1, 2, 3);
    }

    /** Owners that take the store from each other all the time: what was said to be written is there, once. */
    @Test
    void whateverTwoOwnersDoWhatWasWrittenIsThereOnceAndInTheOrderOfTheirEpochs()
            throws ExecutionException, IOException, InterruptedException {
        List<String> written = Collections.synchronizedList(new ArrayList<>());
        List<CompletableFuture<Void>> owners = new ArrayList<>();
        for (int owner = 0; owner < 2; owner++) {
            EpochStore store = store();
            var random = new Random(owner);
            owners.add(CompletableFuture.runAsync(() -> own(store, random, written), Thread.ofPlatform()::start));
        }
        for (CompletableFuture<Void> owner : owners) {
            owner.get();
        }
        List<String> there = texts(store().take());
        assertThat(there).doesNotHaveDuplicates().containsAll(written);
        assertThat(there.stream().map(record -> Long.parseLong(record.substring(0, record.indexOf('-')))).toList())
                .isSorted();
    }

    private static void own(EpochStore store, Random random, List<String> written) {
        for (int round = 0; round < 15; round++) {
            try {
                Term term = store.take();
                for (int i = 0; i < random.nextInt(12); i++) {
                    String record = term.epoch() + "-" + i;
                    term.append(bytes(record));
                    written.add(record);
                    if (random.nextInt(6) == 0) {
                        List<byte[]> all = new ArrayList<>(term.records());
                        for (int before = 0; before <= i; before++) {
                            all.addAll(bytes(term.epoch() + "-" + before));
                        }
                        term.replace(all);
                    }
                }
            } catch (StaleEpochException e) {
                // the other one has taken over: back to it
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
