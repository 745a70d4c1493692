package dev.capstan.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Which files this process has open. */
public final class OpenFiles {
    private OpenFiles() {}

    /** Those that lie there, or lay there until they were deleted. */
    public static List<Path> below(Path directory) throws IOException {
        List<Path> open = new ArrayList<>();
        try (Stream<Path> descriptors = Files.list(Path.of("/proc/self/fd"))) {
            for (Path descriptor : descriptors.toList()) {
                if (Files.isSymbolicLink(descriptor)) { // others were closed meanwhile
                    Path file = Files.readSymbolicLink(descriptor);
                    if (file.startsWith(directory.toRealPath())) {
                        open.add(file);
                    }
                }
            }
        }
        return open;
    }
}
