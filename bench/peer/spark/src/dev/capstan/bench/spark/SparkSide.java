package dev.capstan.bench.spark;

import dev.capstan.bench.side.Program;
import dev.capstan.bench.side.Setting;
import dev.capstan.bench.side.SideLoop;

import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

import java.io.IOException;

/** The process that runs programs of Spark for {@code capstan bench}; each is written as its twin of Capstan is. */
public final class SparkSide {
    private SparkSide() {}

    public static void main(String[] arguments) throws IOException {
        try (JavaSparkContext context = context()) {
            SideLoop.serve(arguments, (name, setting) -> prepare(name, setting, context));
        }
    }

    /** As is fastest for Spark, unless its defaults are asked for. */
    static JavaSparkContext context() {
        String master = System.getProperty(Setting.MASTER, "local[2]");
        SparkConf conf = new SparkConf().setMaster(master).setAppName("bench");
        if (master.startsWith("local-cluster")) { // the executor takes all that its worker has
            conf.set("spark.executor.memory", master.replaceAll(".*,(\\d+)]", "$1m"));
            conf.set(
                    "spark.executor.extraJavaOptions",
                    conf.get("spark.executor.extraJavaOptions", "")
                            + " "
                            + System.getProperty(Setting.EXECUTOR_FLAGS, ""));
        }
        if (!Boolean.getBoolean("peer.defaults")) {
            conf.set("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
            conf.set("spark.ui.enabled", "false");
        }
        conf.set("spark.ui.showConsoleProgress", "false");
        return new JavaSparkContext(conf);
    }

    private static Program prepare(String name, Setting setting, JavaSparkContext context) throws IOException {
        switch (name) {
            case "tasks-20000":
                return TaskRate.prepare(context, 20_000);
            case "tasks-100000":
                return TaskRate.prepare(context, 100_000);
            case "jobs-1":
                return JobLatency.prepare(context, 1);
            case "jobs-2":
                return JobLatency.prepare(context, 2);
            case "wordcount":
                return WordCount.prepare(context, setting);
            case "sort":
                return Sort.prepare(context, setting);
            case "join":
                return Join.prepare(context, setting);
            case "groupbykey":
                return GroupByKey.prepare(context, setting);
            case "regression":
                return Regression.prepare(context, setting);
            case "pagerank":
                return PageRank.prepare(context, setting);
            case "broadcast":
                return Broadcasting.prepare(context);
            case "iterations":
                return Iterations.prepare(context, setting);
            case "concurrent":
                return ConcurrentJobs.prepare(context);
            default:
                throw new IllegalArgumentException("Spark has no program " + name);
        }
    }
}
