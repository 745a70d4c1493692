package dev.capstan.bench.side;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.SplittableRandom;

/**
 * Files of text, the same wherever they are made: lines of ten words out of 100,000, of which the nth is 1/n as
 * frequent as the first, as in a language. Frequent words are short.
 */
public final class ZipfText {
    private static final int DIFFERENT = 100_000;
    private static final int WORDS_PER_LINE = 10;
    private static final int DRAWS = 1 << 22; // fine enough for the rarest word
    private static final String[] SYLLABLES = "ba ce di fo gu ha ki lo mu na pe ri so tu va we xi yo zu".split(" ");

    private ZipfText() {}

    /** The file of at least so many bytes; made when it is not there. */
    public static Path file(Path directory, long bytes) throws IOException {
        Path file = directory.resolve("zipf-" + bytes + ".txt");
        if (Files.exists(file)) {
            return file;
        }
        Files.createDirectories(directory);
        Path unfinished = Files.createTempFile(directory, "zipf-", ".unfinished");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(unfinished), 1 << 16)) {
                write(bytes, out);
            }
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(unfinished);
        }
        return file;
    }

    private static void write(long bytes, OutputStream out) throws IOException {
        byte[][] words = new byte[DIFFERENT][];
        for (int rank = 0; rank < DIFFERENT; rank++) {
            words[rank] = word(rank).getBytes(StandardCharsets.US_ASCII);
        }
        int[] ranks = ranks();
        var random = new SplittableRandom(42);
        long written = 0;
        while (written < bytes) {
            for (int i = 0; i < WORDS_PER_LINE; i++) {
                byte[] word = words[ranks[random.nextInt(DRAWS)]];
                out.write(word);
                out.write(i == WORDS_PER_LINE - 1 ? '\n' : ' ');
                written += word.length + 1;
            }
        }
    }

    /** The ranks, each as often as its word is to be drawn. */
    private static int[] ranks() {
        double[] upTo = new double[DIFFERENT];
        double sum = 0;
        for (int rank = 0; rank < DIFFERENT; rank++) {
            sum += 1.0 / (rank + 1);
            upTo[rank] = sum;
        }
        int[] ranks = new int[DRAWS];
        int rank = 0;
        for (int i = 0; i < DRAWS; i++) {
            while (rank < DIFFERENT - 1 && upTo[rank] / sum < (i + 0.5) / DRAWS) {
                rank++;
            }
            ranks[i] = rank;
        }
        return ranks;
    }

    static String word(int rank) {
        var word = new StringBuilder();
        for (int rest = rank + 1; rest > 0; rest /= SYLLABLES.length) {
            word.append(SYLLABLES[rest % SYLLABLES.length]);
        }
        return word.toString();
    }
}
