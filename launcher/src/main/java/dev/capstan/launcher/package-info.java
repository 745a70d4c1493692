/** The command {@code capstan}: its verbs, and the mains of the processes it starts. */
@NullMarked
package dev.capstan.launcher;

import org.jspecify.annotations.NullMarked;
