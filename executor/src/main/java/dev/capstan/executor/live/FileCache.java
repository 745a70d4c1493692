package dev.capstan.executor.live;

import dev.capstan.engine.protocol.Application.ClassFile;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Jars by the hash of their content. Executors of one machine share it: a file is there as a whole or not at all, and
 * whoever brings it first has brought it for all.
 */
final class FileCache {
    /** Brings what is not there. */
    @FunctionalInterface
    interface Source {
        InputStream open(ClassFile file) throws IOException;
    }

    private final Path directory;

    FileCache(Path directory) {
        this.directory = directory;
    }

    /**
     * @throws IOException when it cannot be brought, or is not what its hash says
     */
    Path find(ClassFile file, Source source) throws IOException {
        Files.createDirectories(directory);
        Path place = directory.resolve(file.sha256() + ".jar");
        if (Files.exists(place)) {
            return place;
        }
        Path part = Files.createTempFile(directory, file.sha256(), ".part");
        try {
            String found;
            try (var in = new DigestInputStream(source.open(file), MessageDigest.getInstance("SHA-256"))) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                found = HexFormat.of().formatHex(in.getMessageDigest().digest());
            }
            if (!found.equals(file.sha256())) {
                throw new IOException(file.name() + " arrived with the hash " + found + " instead of " + file.sha256());
            }
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
            return place;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
