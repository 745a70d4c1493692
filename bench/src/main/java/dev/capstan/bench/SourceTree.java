package dev.capstan.bench;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The source tree that this program was built in; what is compiled when it is asked for lies there. */
final class SourceTree {
    private SourceTree() {}

    /** The directory of the peer of this name. */
    static Path peer(String name) {
        return root().map(root -> root.resolve("bench/peer").resolve(name))
                .filter(Files::isDirectory)
                .orElseThrow(() ->
                        new BenchException(
                                "the program of the peer is compiled from the source tree, which is not here; run"
                                        + " `./capstan bench` of a clone of the repository"));
    }

    static Optional<Path> root() {
        try {
            Path place = Path.of(SourceTree.class.getProtectionDomain().getCodeSource().getLocation().toURI());
            return above(place);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The source tree around this place. */
    static Optional<Path> above(Path place) {
        for (Path each = place.toAbsolutePath(); each != null; each = each.getParent()) {
            if (Files.exists(each.resolve("bench/pom.xml")) && Files.exists(each.resolve("capstan"))) {
                return Optional.of(each);
            }
        }
        return Optional.empty();
    }
}
