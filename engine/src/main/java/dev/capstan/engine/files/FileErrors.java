package dev.capstan.engine.files;

import dev.capstan.engine.disk.OtherFormatException;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** What is wrong with a file, in words: which one, why, and what helps. */
public final class FileErrors {
    private FileErrors() {}

    /** For a file that cannot be opened or read. */
    static UncheckedIOException unreadable(String path, IOException cause) {
        if (cause instanceof NoSuchFileException) {
            return new UncheckedIOException(
                    "the file "
                            + path
                            + " is not there; files must be reachable under the same path on every executor, and stay"
                            + " while jobs read them",
                    cause);
        }
        return new UncheckedIOException(cannot("read", path, cause), cause);
    }

    /** For a file that can be read but does not hold what its name promises. */
    static UncheckedIOException damaged(String path, String kind, String where, Exception cause) {
        IOException io = cause instanceof IOException e ? e : new IOException(cause);
        String reason = cause instanceof EOFException ? "it ends too early" : String.valueOf(cause.getMessage());
        return new UncheckedIOException(
                "cannot read "
                        + path
                        + " as "
                        + kind
                        + ", "
                        + where
                        + ": "
                        + reason
                        + "; the file is damaged or incomplete, make it again or leave it out",
                io);
    }

    /** For a file that is whole but not of the format that this program reads. */
    static UncheckedIOException otherFormat(String path, String kind, OtherFormatException cause) {
        return new UncheckedIOException(
                "cannot read " + path + " as " + kind + ", at its beginning: " + cause.getMessage(), cause);
    }

    /** For a file that is shorter than when the dataset was made. */
    static UncheckedIOException shrunk(FileSplit split, long length) {
        String message =
                "the file "
                        + split.path()
                        + " has shrunk from "
                        + split.fileLength()
                        + " to "
                        + length
                        + " bytes since the dataset was made; make the dataset again when nobody writes the file";
        return new UncheckedIOException(message, new IOException("the file has shrunk"));
    }

    /** Closes what failed; that it failed matters more than that it cannot be closed. */
    static void closeAfter(Closeable file, Exception failure) {
        try {
            file.close();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    static String cannot(String what, String path, IOException cause) {
        return "cannot " + what + " " + path + ": " + reason(cause);
    }

    /** Why it failed, in words that do not need the class of the exception. */
    public static String reason(IOException cause) {
        return switch (cause) {
            case AccessDeniedException _ -> "permission denied for the user " + System.getProperty("user.name");
            case NoSuchFileException _ -> "it is not there";
            case FileSystemException e when e.getReason() != null -> e.getReason();
            default -> String.valueOf(cause.getMessage());
        };
    }
}
