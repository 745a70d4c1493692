package dev.capstan.engine.files;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

class FileErrorsTest {
    @Test
    void aReasonIsAWordForPeopleWhateverTheSystemCallsIt() {
        assertThat(FileErrors.reason(new AccessDeniedException("/x")))
                .isEqualTo("permission denied for the user " + System.getProperty("user.name"));
        assertThat(FileErrors.reason(new NoSuchFileException("/x"))).isEqualTo("it is not there");
        assertThat(FileErrors.reason(new FileSystemException("/x", null, "Too many open files")))
                .isEqualTo("Too many open files");
        assertThat(FileErrors.reason(new IOException("Input/output error"))).isEqualTo("Input/output error");
    }

    @Test
    void aFileThatCannotBeReadIsNamedWithTheReason() {
        assertThat(FileErrors.unreadable("/x", new AccessDeniedException("/x")))
                .hasMessage("cannot read /x: permission denied for the user " + System.getProperty("user.name"))
                .hasCauseInstanceOf(AccessDeniedException.class);
    }
}
