/** The decisions of the local backend. */
@NullMarked
package dev.capstan.backend.local.logic;

import org.jspecify.annotations.NullMarked;
