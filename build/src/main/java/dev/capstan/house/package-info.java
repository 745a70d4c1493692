/** Reads the repository itself, so that tests can keep it in order. */
@NullMarked
package dev.capstan.house;

import org.jspecify.annotations.NullMarked;
