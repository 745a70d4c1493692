/** Directories: of one process, swept when it has died; and what is in them. */
@NullMarked
package dev.capstan.kernel.file;

import org.jspecify.annotations.NullMarked;
