package dev.capstan.driver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.capstan.engine.function.Pair;
import dev.capstan.kernel.serialization.JavaSerializer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WordCountTest {
    @Test
    void wordsAreCounted() {
        JavaSerializer serializer = new JavaSerializer();
        ClassLoader loader = getClass().getClassLoader();
        try (CapstanContext context = new CapstanContext(
                new DirectJobRunner(serializer, loader, true, 1 << 20),
                new ContextDefaults(2, serializer, loader, 2000))) {
            PairRdd<String, Integer> counts = context.parallelize(List.of("to be or", "not to be"), 3)
                    .flatMap(line -> List.of(line.split(" ")))
                    .mapToPair(word -> Pair.of(word, 1))
                    .reduceByKey(Integer::sum);
            assertThat(counts.collectAsMap()).isEqualTo(Map.of("to", 2, "be", 2, "or", 1, "not", 1));
            assertThat(counts.sortByKey().keys().collect()).containsExactly("be", "not", "or", "to");
            assertThat(context.range(1000).count()).isEqualTo(1000);
        }
    }
}
