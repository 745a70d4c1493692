package dev.capstan.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Each example on two cores, with little data. */
@Tag("live")
class ExamplesTest {
    private static final String MASTER = "capstan.master";

    @BeforeEach
    void chooseTheMaster() {
        System.setProperty(MASTER, "local[2]"); // as `capstan run --master` does
    }

    @AfterEach
    void forgetTheMaster() {
        System.clearProperty(MASTER);
    }

    @Test
    void wordCountCountsTheWordsOfAFile(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("text"), "To be, or not to be,\n\nthat is the question: to\n");
        assertThat(output("wordcount", file.toString())).startsWith("to: 3", "be: 2").contains("question: 1");
    }

    @Test
    void wordCountHasATextOfItsOwn() throws Exception {
        assertThat(output("wordcount")).hasSize(10).first().asString().matches("the: \\d{4,}");
    }

    @Test
    void piIsAboutPi() throws Exception {
        String line = output("pi", "200000").getFirst();
        assertThat(Double.parseDouble(line.substring(line.lastIndexOf(' ')))).isBetween(3.1, 3.2);
    }

    @Test
    void pageRankPrefersThePageThatMostLinkTo() throws Exception {
        assertThat(output("pagerank", "200", "3")).hasSize(5).first().asString().startsWith("page 0 has rank ");
    }

    @Test
    void theRegressionPartsTheClouds() throws Exception {
        String share = output("regression", "2000", "5").getLast();
        assertThat(Integer.parseInt(share.substring(0, share.indexOf('%')))).isGreaterThan(90);
    }

    @Test
    void sortPutsNumbersInOrder() throws Exception {
        assertThat(output("sort", "5000", "4"))
                .hasSize(5)
                .last()
                .isEqualTo("5000 numbers are in order in 4 partitions");
    }

    @Test
    void joinAddsUpWhatEachCityBought() throws Exception {
        // 40 orders of 10 to 49 of customers 0 and 1, in turn
        assertThat(output("join", "40")).containsExactly("Antwerp bought for 580", "Bergen bought for 600");
    }

    @Test
    void firstLettersCountsDifferentNames() throws Exception {
        assertThat(output("letters")).containsExactly("A: 4", "B: 2", "G: 1", "P: 2");
        assertThat(output("letters", "Zoe", "Zed", "Zoe")).containsExactly("Z: 2");
        assertThat(output("letters", "😀Ann", "😀Bob", "😁Eve")).containsExactly("😀: 2", "😁: 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    pi         | 1e6    | pi [DARTS]; a whole number from 1 to 1,000,000,000,000 is wanted, not '1e6'
                    pi         | 0      | pi [DARTS]; a whole number from 1 to 1,000,000,000,000 is wanted, not '0'
                    join       | -1     | join [ORDERS]; a whole number from 1 to 1,000,000,000 is wanted, not '-1'
                    pagerank   | 10 x   | pagerank [PAGES [ROUNDS]]; a whole number from 1 to 1,000 is wanted, not 'x'
                    regression | ten    | regression [POINTS [ROUNDS]]; a whole number from 1 to 100,000,000 is wanted, not 'ten'
                    sort       | 5 0    | sort [NUMBERS [PARTITIONS]]; a whole number from 1 to 10,000 is wanted, not '0'
                    wordcount  | a b    | wordcount [FILE]; there is no use for 'b'
                    """)
    void whatAnExampleCannotUseIsRefusedInOneLine(String name, String arguments, String usage) {
        assertThatThrownBy(() -> output(name, arguments.split(" ")))
                .cause()
                .isInstanceOf(BadArgumentException.class)
                .hasMessage("usage: " + usage);
    }

    @Test
    void aBlankNameHasNoFirstLetter() {
        assertThatThrownBy(() -> output("letters", "Zoe", " "))
                .cause()
                .isInstanceOf(BadArgumentException.class)
                .hasMessage("usage: letters [NAME...]; an argument must not be blank");
    }

    private static List<String> output(String name, String... arguments) throws Exception {
        var bytes = new ByteArrayOutputStream();
        PrintStream before = System.out;
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            Examples.Example example =
                    Examples.all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
            example.main().getMethod("main", String[].class).invoke(null, (Object) arguments);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
