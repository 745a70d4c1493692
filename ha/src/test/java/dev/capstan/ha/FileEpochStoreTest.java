package dev.capstan.ha;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.testing.SmallDisk;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

class FileEpochStoreTest extends EpochStoreContract {
    @TempDir private Path directory;

    @Override
    EpochStore open() {
        return new FileEpochStore(directory.resolve("store"));
    }

    private Path file() throws IOException {
        try (var files = Files.list(directory.resolve("store"))) {
            return files.reduce((one, other) -> one.compareTo(other) > 0 ? one : other).orElseThrow();
        }
    }

    @Test
    void oneFileIsLeftHoweverOftenItIsTaken() throws IOException {
        try (EpochStore store = open()) {
            for (int i = 0; i < 5; i++) {
                store.take().append(bytes("record " + i));
            }
            try (var files = Files.list(directory.resolve("store"))) {
                assertThat(files).hasSize(1);
            }
        }
    }

    @Test
    void whatAKilledOwnerHasLeftUnfinishedGoesWithItsTerm() throws IOException {
        Path killed;
        try (EpochStore store = open()) {
            store.take().append(bytes("first"));
            killed = Files.createFile(directory.resolve("store").resolve(file().getFileName() + ".unfinished"));
        }
        try (EpochStore store = open()) {
            assertThat(texts(store.take())).containsExactly("first");
        }
        assertThat(killed).doesNotExist();
    }

    @Test
    void aWriteThatWasCutOffAnywhereLeavesWhatWasWrittenBefore() throws IOException {
        byte[] whole;
        int before;
        try (EpochStore store = open()) {
            Term term = store.take();
            term.append(bytes("first"));
            before = (int) Files.size(file());
            term.append(bytes("second", "third"));
            whole = Files.readAllBytes(file());
        }
        Path first = file();
        for (int length = before; length < whole.length; length++) {
            for (boolean zeros : new boolean[] {false, true}) {
                byte[] cut = Arrays.copyOf(Arrays.copyOf(whole, length), zeros ? whole.length : length);
                try (var files = Files.list(directory.resolve("store"))) {
                    for (Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
                Files.write(first, cut);
                try (EpochStore store = open()) {
                    assertThat(texts(store.take())).startsWith("first").doesNotContain("third").hasSizeLessThan(3);
                }
            }
        }
    }

    @Test
    void aChangedByteIsFoundAndNothingIsDeleted() throws IOException {
        try (EpochStore store = open()) {
            Term term = store.take();
            term.append(bytes("first", "second", "third"));
        }
        byte[] whole = Files.readAllBytes(file());
        Path file = file();
        int last = Integer.BYTES + "third".length(); // with its checksum: could be a write that was not finished
        for (int at = 0; at < whole.length - last; at++) {
            byte[] changed = whole.clone();
            changed[at] ^= 0x20;
            Files.write(file, changed);
            try (EpochStore store = open()) {
                assertThatThrownBy(store::take)
                        .as("byte %s", at)
                        .isInstanceOf(DamagedStoreException.class)
                        .hasMessageContaining(file.toString());
            }
            assertThat(file).hasBinaryContent(changed);
        }
    }

    @Test
    void aTermThatEndedBeforeItHadBegunIsPassedOver() throws IOException {
        try (EpochStore store = open()) {
            store.take().append(bytes("kept"));
        }
        Files.createFile(directory.resolve("store/term-0000000000000000007"));
        try (EpochStore store = open()) {
            Term term = store.take();
            assertThat(term.epoch()).isEqualTo(8);
            assertThat(texts(term)).containsExactly("kept");
        }
    }

    @Test
    void aFullDiskIsAnErrorAndLosesNothing() throws IOException, InterruptedException {
        try (SmallDisk disk = SmallDisk.mount(Files.createDirectory(directory.resolve("disk")), 400);
                EpochStore store = new FileEpochStore(disk.path().resolve("store"))) {
            Term term = store.take();
            term.append(bytes("kept"));
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 10; i++) {
                                    term.append(List.of(new byte[100_000]));
                                }
                            })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("No space left");
            assertThatThrownBy(() -> term.append(bytes("small"))).as("it is over").isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFileInThePlaceOfTheDirectoryIsNamed() throws IOException {
        Files.writeString(directory.resolve("store"), "no directory");
        try (EpochStore store = open()) {
            assertThatThrownBy(store::take).isInstanceOf(IOException.class).hasMessageContaining("store");
        }
    }
}
