/** The functions that users write, and the pair. */
@NullMarked
package dev.capstan.engine.function;

import org.jspecify.annotations.NullMarked;
