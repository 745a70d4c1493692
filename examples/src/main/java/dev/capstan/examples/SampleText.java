package dev.capstan.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Text whose words are as common as those of a language are: the nth word is about 1/n as frequent as the first. */
public final class SampleText {
    private static final String[] COMMON =
            ("the of and to a in that it is was he for on with as his they at be this from have or by one had not but"
                            + " what all were when we there can an your which their said if do will each about how up"
                            + " out them then she many some so these would other into has more her two like him see"
                            + " time could no make than first been its who now people my made over did down only way"
                            + " find use may water long little very after words called just where most know get"
                            + " through back much before go good new write our used me man too any day same right look"
                            + " think also around another came come work three word must because does part even place"
                            + " well such here take why things help put years different away again off went old number"
                            + " sea ship rope sail wind anchor harbour capstan deck crew")
                    .split(" ");

    private static final String[] SYLLABLES = "ba ce di fo gu ha ki lo mu na pe ri so tu va we xi yo zu".split(" ");
    private static final int DIFFERENT = 20_000;
    private static final int WORDS_PER_LINE = 10;

    private SampleText() {}

    /** So many lines of ten words, the same in every run. */
    public static List<String> lines(int count) {
        double[] upTo = new double[DIFFERENT];
        double sum = 0;
        for (int rank = 0; rank < DIFFERENT; rank++) {
            sum += 1.0 / (rank + 1);
            upTo[rank] = sum;
        }
        var random = new SplittableRandom(42);
        var lines = new ArrayList<String>(count);
        for (int i = 0; i < count; i++) {
            var line = new StringBuilder();
            for (int j = 0; j < WORDS_PER_LINE; j++) {
                int rank = Arrays.binarySearch(upTo, random.nextDouble(sum));
                line.append(j == 0 ? "" : " ").append(word(rank < 0 ? -rank - 1 : rank));
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String word(int rank) {
        if (rank < COMMON.length) {
            return COMMON[rank];
        }
        var word = new StringBuilder();
        for (int rest = rank; rest > 0; rest /= SYLLABLES.length) {
            word.append(SYLLABLES[rest % SYLLABLES.length]);
        }
        return word.toString();
    }
}
