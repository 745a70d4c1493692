package dev.capstan.executor.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.capstan.engine.id.Epoch;
import dev.capstan.engine.id.ExecutorId;
import dev.capstan.engine.id.LeaseId;
import dev.capstan.kernel.actor.Address;
import dev.capstan.kernel.resource.Resources;
import dev.capstan.kernel.rpc.socket.Secret;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

class ExecutorProcessTest {
    private static final Secret SECRET = Secret.random();

    @TempDir private Path directory;

    private ExecutorOrigin origin(int cores) {
        return new ExecutorOrigin(
                new ExecutorId("executor-1"),
                new LeaseId("lease-1"),
                ExecutorPlace.at("127.0.0.1"),
                Resources.cpus(cores),
                "app-1",
                new Epoch(3),
                new Address("driver", "tasks"),
                InetSocketAddress.createUnresolved("127.0.0.1", 4711),
                true,
                SECRET,
                directory);
    }

    @Test
    void aProcessReadsFromItsCommandLineAndEnvironmentWhatItWasStartedWith() {
        List<String> command = origin(2).command();
        String[] arguments = command.subList(1, command.size()).toArray(String[]::new);
        ExecutorOrigin read = ExecutorOrigin.parse(arguments, origin(2).environment());
        assertThat(read.command()).isEqualTo(command);
        assertThat(read.environment()).isEqualTo(origin(2).environment());
        assertThat(String.join(" ", command)).doesNotContain(SECRET.reveal());
        assertThatThrownBy(() -> ExecutorOrigin.parse(arguments, Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(ExecutorOrigin.SECRET);
    }

    @Test
    void theUsersOptionsComeLastAndTheOthersFitTheExecutor() throws IOException {
        Path dumps = directory.resolve("dumps");
        var settings = new ProcessSettings(directory, List.of("-Xmx9g", "-Dmy=own"), dumps.toString());
        List<String> one = ExecutorProcess.jvmOptions(origin(1), settings, 256);
        assertThat(one).endsWith("-Xmx9g", "-Dmy=own").contains("-Xmx256m", "-XX:+UseSerialGC");
        assertThat(one).contains("-XX:HeapDumpPath=" + dumps).anyMatch(option -> option.startsWith("-XX:ErrorFile="));
        assertThat(dumps).isDirectory();
        assertThat(ExecutorProcess.jvmOptions(origin(8), settings, 4096))
                .contains("-XX:+UseParallelGC", "-XX:ActiveProcessorCount=8", "-XX:MaxDirectMemorySize=1024m");
    }

    @Test
    void aHeapOfTheCLibraryIsForTwoCores() {
        assertThat(ExecutorJvm.environment(Resources.cpus(1))).containsEntry("MALLOC_ARENA_MAX", "1");
        assertThat(ExecutorJvm.environment(Resources.cpus(16))).containsEntry("MALLOC_ARENA_MAX", "8");
    }

    @ParameterizedTest
    @CsvSource({
        "0, '', CRASHED, 'ended with code 0, as when a function calls System.exit; its log was empty'",
        "1, 'There is insufficient memory for the Java Runtime Environment to continue.', OUT_OF_MEMORY, insufficient",
        "1, 'java.lang.OutOfMemoryError: as a task prints it', CRASHED, code 1",
        "3, 'what the function printed', CRASHED, 'code 3, as when a function calls System.exit'",
        "3, 'Terminating due to java.lang.OutOfMemoryError: Java heap space', OUT_OF_MEMORY, code 3",
        "52, '', OUT_OF_MEMORY, ran out of memory",
        "134, '', CRASHED, signal 6",
        "137, '', KILLED, signal 9",
        "143, '', KILLED, signal 15",
    })
    void theWayInWhichAProcessEndedIsTold(int code, String said, ExecutorProcess.Cause cause, String told)
            throws IOException {
        LogDirectory logs = LogDirectory.make(directory, "app", new ExecutorId("one"));
        Files.writeString(logs.jvm(), said);
        ExecutorProcess.End end = ExecutorProcess.ending(17, code, logs, Optional.empty(), false);
        assertThat(end.cause()).isEqualTo(cause);
        assertThat(end.detail()).startsWith("its process 17 ").contains(told);
        boolean kept = code != 143 && !said.isEmpty();
        assertThat(Files.exists(logs.path())).as("whether the log is kept").isEqualTo(kept);
        if (kept) {
            assertThat(end.detail()).contains(logs.path().toString(), said);
        }
    }

    @Test
    void whatAJvmThatCrashedLeftIsKeptAlsoIfItSaidNothing() throws IOException {
        LogDirectory logs = LogDirectory.make(directory, "app", new ExecutorId("one"));
        Path dump = Files.writeString(logs.path().resolve("hs_err_pid17.log"), "# SIGSEGV");
        assertThat(ExecutorProcess.ending(17, 134, logs, Optional.empty(), false).detail())
                .endsWith("its log is in " + logs.path());
        assertThat(dump).exists();
    }

    @Test
    void theHeapThatWasWrittenIsNamedAndNoneThatWasNot() throws IOException {
        LogDirectory logs = LogDirectory.make(directory, "app", new ExecutorId("one"));
        Path heap = directory.resolve("java_pid17.hprof");
        assertThat(ExecutorProcess.ending(17, 52, logs, Optional.of(heap), false).detail()).doesNotContain("heap was");
        Files.createFile(heap);
        assertThat(ExecutorProcess.ending(17, 52, logs, Optional.of(heap), false).detail())
                .contains("; its heap was written to " + heap);
    }

    @Test
    void aPlaceForHeapsThatCannotBeMadeIsToldWithItsKey() throws IOException {
        String dumps = Files.createFile(directory.resolve("file")).resolve("dumps").toString();
        var settings = new ProcessSettings(directory, List.of(), dumps);
        assertThatThrownBy(() -> ExecutorProcess.jvmOptions(origin(1), settings, 256))
                .hasMessageContainingAll(dumps, "capstan.executor.heapDump");
    }
}
