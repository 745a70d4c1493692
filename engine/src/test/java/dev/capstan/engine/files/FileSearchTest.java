package dev.capstan.engine.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

class FileSearchTest {
    @TempDir Path directory;

    @BeforeEach
    void fill() throws IOException {
        for (String name :
                List.of(
                        "b.txt",
                        "a.txt",
                        "c.log",
                        "_SUCCESS",
                        ".hidden.txt",
                        "sub/a.txt",
                        "sub/deep/d.txt",
                        "sub/_temporary/e.txt",
                        "other/a.txt")) {
            Path file = directory.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, "x");
        }
    }

    private List<String> found(String paths) {
        return FileSearch.find("textFile", paths).stream()
                .map(file -> directory.relativize(Path.of(file.path())).toString())
                .toList();
    }

    private void refused(String paths, String message) {
        assertThatThrownBy(() -> FileSearch.find("textFile", paths))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void aDirectoryIsItsVisibleFilesInOrder() {
        assertThat(found(directory.toString())).containsExactly("a.txt", "b.txt", "c.log");
        assertThat(found("file:" + directory)).containsExactly("a.txt", "b.txt", "c.log");
        assertThat(found("file://" + directory + "/sub")).containsExactly("sub/a.txt");
    }

    @Test
    void signsStandForLettersOfOneName() {
        assertThat(found(directory + "/*.txt")).containsExactly("a.txt", "b.txt");
        assertThat(found(directory + "/?.log")).containsExactly("c.log");
        assertThat(found(directory + "/[bc].*")).containsExactly("b.txt", "c.log");
        assertThat(found(directory + "/*/a.txt")).containsExactly("other/a.txt", "sub/a.txt");
        assertThat(found(directory + "/s*")).containsExactly("sub/a.txt");
    }

    @Test
    void bracesAreChoices() {
        assertThat(found(directory + "/{c,a}.*")).containsExactly("c.log", "a.txt");
        assertThat(found(directory + "/{sub/deep,other}/*")).containsExactly("sub/deep/d.txt", "other/a.txt");
        assertThat(found(directory + "/{b,{a,none}}.txt")).containsExactly("b.txt", "a.txt");
    }

    @Test
    void twoStarsReachAcrossDirectories() {
        assertThat(found(directory + "/**"))
                .containsExactly("a.txt", "b.txt", "c.log", "other/a.txt", "sub/a.txt", "sub/deep/d.txt");
        assertThat(found(directory + "/**/a.txt")).containsExactly("a.txt", "other/a.txt", "sub/a.txt");
        assertThat(found(directory + "/sub/**/*.txt")).containsExactly("sub/a.txt", "sub/deep/d.txt");
    }

    @Test
    void whatIsHiddenIsReadWhenItIsNamed() {
        assertThat(found(directory + "/_SUCCESS")).containsExactly("_SUCCESS");
        assertThat(found(directory + "/.h*")).containsExactly(".hidden.txt");
        assertThat(found(directory + "/sub/_temporary/*")).containsExactly("sub/_temporary/e.txt");
    }

    @Test
    void severalPathsAreReadOneAfterAnotherAndNoFileTwice() {
        assertThat(found(directory + "/c.log, " + directory + "/{a,b}.txt," + directory + "/a.txt"))
                .containsExactly("c.log", "a.txt", "b.txt");
    }

    @Test
    void whatExistsIsTakenAsItIs() throws IOException {
        Files.writeString(directory.resolve("a,b{1}*.txt"), "x");
        assertThat(found(directory + "/a,b{1}*.txt")).containsExactly("a,b{1}*.txt");
        assertThat(found(directory + "/a\\,b\\{1\\}\\*.txt")).containsExactly("a,b{1}*.txt");
    }

    @Test
    void whatIsNotThereIsNamed() {
        refused(directory + "/none", "textFile: there is no file or directory " + directory + "/none");
        refused(directory + "/*.none", "textFile: no file matches " + directory + "/*.none");
        refused(directory + "/a.txt/*", "textFile: no file matches " + directory + "/a.txt/*");
        refused("/dev/null", "textFile: /dev/null is neither a file nor a directory");
    }

    @Test
    void whatIsNoPathIsRefused() {
        refused("", "textFile needs a path, not an empty text");
        refused(" ", "textFile needs a path, not an empty text");
        refused("a,,b", "textFile: the path 'a,,b' has nothing between two of its commas");
        refused("a\0b", "textFile: 'a\0b' is not a path: Nul character not allowed");
        refused(
                directory + "/[a.txt",
                "textFile: '" + directory + "/[a.txt' is no pattern; put \\ before a bracket that is part of a name");
        refused(
                "hdfs://name/a.txt",
                "textFile: 'hdfs://name/a.txt' has the scheme hdfs, which is not known; give a path that every executor"
                        + " can open");
    }

    @Test
    void aDirectoryThatHoldsNothingButDirectoriesIsNotTakenAsEmpty() throws IOException {
        Files.delete(directory.resolve("other/a.txt"));
        assertThat(found(directory + "/other")).isEmpty();
        Files.createDirectories(directory.resolve("other/_temporary"));
        assertThat(found(directory + "/other")).isEmpty();
        Files.createDirectories(directory.resolve("other/deep"));
        refused(
                directory + "/other",
                "textFile: "
                        + directory
                        + "/other holds directories but no files; add /** for the files in directories of any depth");
        assertThat(found(directory + "/other," + directory + "/sub")).containsExactly("sub/a.txt");
    }
}
