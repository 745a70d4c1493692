/** The master URLs {@code local…}: an executor within the driver's process. */
@NullMarked
package dev.capstan.backend.local;

import org.jspecify.annotations.NullMarked;
