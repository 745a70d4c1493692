/** Records that wait on disk because the memory of their task is full. */
@NullMarked
package dev.capstan.engine.spill;

import org.jspecify.annotations.NullMarked;
