package dev.capstan.launcher;

import dev.capstan.devcluster.mesos.ClusterSpec;
import dev.capstan.devcluster.mesos.MesosDevCluster;
import dev.capstan.kernel.config.ByteSize;
import dev.capstan.kernel.log.LogKeys;
import dev.capstan.kernel.log.Logging;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;

/** Clusters in a box. */
@Command(
        name = "dev",
        description = "Runs a cluster on this machine, for trying out and for tests.",
        subcommands = DevVerb.Mesos.class,
        footer = {"", "Example: capstan dev mesos --agents 3 --cpus 4 --mem 4g"})
final class DevVerb implements Runnable {
    @Override
    public void run() {
        throw Refusal.usage("capstan dev needs to know which cluster: mesos");
    }

    @Command(
            name = "mesos",
            description = {
                "Speaks like an Apache Mesos master with its agents, to any framework, until it is interrupted.",
                "Tasks are real processes on this machine. There is no isolation: do not let strangers reach it."
            },
            footer = {
                "",
                "Examples:",
                "  capstan dev mesos --agents 3 --cpus 4 --mem 4g",
                "  capstan run --master mesos://127.0.0.1:5050 pi     # in another terminal"
            })
    static final class Mesos implements Callable<Integer> {
        private static final long MEGABYTE = 1 << 20;

        @Spec private CommandSpec spec;

        @Option(
                names = "--agents",
                paramLabel = "N",
                defaultValue = "2",
                description = "How many; ${DEFAULT-VALUE} unless given.")
        private int agents;

        @Option(
                names = "--cpus",
                paramLabel = "C",
                defaultValue = "2",
                description = "Cpus of each agent; ${DEFAULT-VALUE} unless given.")
        private double cpus;

        @Option(
                names = "--mem",
                paramLabel = "SIZE",
                defaultValue = "4g",
                description = "Memory of each agent; ${DEFAULT-VALUE} unless given.")
        private String memory;

        @Option(
                names = "--port",
                paramLabel = "P",
                defaultValue = "5050",
                description = "Where the master listens, on 127.0.0.1; ${DEFAULT-VALUE} unless given, 0 for any.")
        private int port;

        @Override
        public Integer call() throws InterruptedException {
            if (agents < 1 || cpus <= 0 || port < 0 || port > 65_535) {
                throw Refusal.usage("a cluster needs an agent, some cpus and a port between 0 and 65535");
            }
            Logging.install(LogKeys.Threshold.INFO, () -> System.err);
            PrintWriter out = spec.commandLine().getOut();
            try (MesosDevCluster cluster = start()) {
                out.println("A Mesos cluster listens at " + cluster.masterAddress() + "; end it with Ctrl-C.");
                out.println("Programs run on it by --master mesos://" + cluster.masterAddress());
                out.flush();
                Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(cluster::close));
                new CountDownLatch(1).await();
            }
            return ExitCode.SUCCESS;
        }

        private MesosDevCluster start() {
            try {
                double megabytes = ByteSize.parse(memory).bytes() / (double) MEGABYTE;
                return MesosDevCluster.start(ClusterSpec.agents(agents, cpus, megabytes).withPort(port));
            } catch (UncheckedIOException e) {
                if (e.getCause() instanceof BindException) {
                    throw Refusal.usage("something else listens at port " + port + "; give another by --port");
                }
                throw e;
            } catch (IllegalArgumentException e) {
                throw Refusal.usage("--mem: " + e.getMessage());
            }
        }
    }
}
