package dev.capstan.bench.spark;

import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;

/** Spark's range, which its Java interface lacks. */
final class Numbers {
    private Numbers() {}

    @SuppressWarnings("unchecked")
    static JavaRDD<Long> range(JavaSparkContext context, long end, int partitions) {
        return (JavaRDD<Long>) (JavaRDD<?>) ((RDD<Object>) context.sc().range(0, end, 1, partitions)).toJavaRDD();
    }
}
