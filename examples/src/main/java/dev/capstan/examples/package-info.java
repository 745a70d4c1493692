/** Programs to read and to run: {@code capstan run --list} lists them. */
@NullMarked
package dev.capstan.examples;

import org.jspecify.annotations.NullMarked;
