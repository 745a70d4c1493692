/** Settings: a table of typed keys, and values that remember who set them. */
@NullMarked
package dev.capstan.kernel.config;

import org.jspecify.annotations.NullMarked;
