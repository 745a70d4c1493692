package dev.capstan.executor.live;

import dev.capstan.engine.protocol.Application.ClassFile;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Set;

/**
 * Jars by the hash of their content. Executors of one machine and user share it: a file is there as a whole or not at
 * all, and whoever brings it first has brought it for all. Files that nobody has asked for in a while are removed.
 */
final class FileCache {
    private static final System.Logger LOG = System.getLogger(FileCache.class.getName());
    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Set<PosixFilePermission> ONLY_US = PosixFilePermissions.fromString("rwx------");

    /** Brings what is not there. */
    @FunctionalInterface
    interface Source {
        InputStream open(ClassFile file) throws IOException;
    }

    private final Path directory;

    FileCache(Path directory) {
        this.directory = directory;
    }

    /** With the user's name, since several users share the temporary directory. */
    static FileCache in(Path root) {
        return new FileCache(root.resolve("capstan-files-" + System.getProperty("user.name")));
    }

    /**
     * @throws IOException when it cannot be brought, or is not what its hash says
     */
    Path find(ClassFile file, Source source) throws IOException {
        makeDirectory();
        Path place = directory.resolve(file.sha256() + ".jar");
        if (isThere(place, file)) {
            return place;
        }
        Path part = Files.createTempFile(directory, file.sha256(), ".part");
        try {
            String found;
            try (var in = new DigestInputStream(source.open(file), sha256())) {
                Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
                found = HexFormat.of().formatHex(in.getMessageDigest().digest());
            }
            if (!found.equals(file.sha256())) {
                throw new IOException(file.name() + " arrived with the hash " + found + " instead of " + file.sha256());
            }
            Files.move(part, place, StandardCopyOption.ATOMIC_MOVE);
            return place;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    /** What others may write to they could fill with code of their own. */
    private void makeDirectory() throws IOException {
        FileAttribute<?>[] rights =
                POSIX
                        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(ONLY_US)}
                        : new FileAttribute<?>[0];
        try {
            Files.createDirectories(directory, rights);
        } catch (IOException e) {
            throw new IOException("cannot make " + directory + " for jars (capstan.local.dirs): " + e, e);
        }
        if (POSIX && !Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS).equals(ONLY_US)) {
            throw new IOException(directory + " is open to other users; remove it, or close it to them (chmod 700)");
        }
    }

    /** A file that was damaged on its disk is brought anew. Looking at it also shows that it is still in use. */
    private static boolean isThere(Path place, ClassFile file) throws IOException {
        try {
            if (Files.size(place) != file.bytes() || !hash(place).equals(file.sha256())) {
                return false;
            }
            Files.setLastModifiedTime(place, FileTime.from(Instant.now()));
            return true;
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    private static String hash(Path file) throws IOException {
        try (var out = new DigestOutputStream(OutputStream.nullOutputStream(), sha256())) {
            Files.copy(file, out);
            return HexFormat.of().formatHex(out.getMessageDigest().digest());
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Removes what was last asked for before that. Whoever has a file open keeps it. */
    void sweep(Instant before) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.{jar,part}")) {
            for (Path file : files) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException e) { // another one may be sweeping
            LOG.log(System.Logger.Level.DEBUG, "cannot sweep {0}: {1}", directory, e.getMessage());
        }
    }
}
