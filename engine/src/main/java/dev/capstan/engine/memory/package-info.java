/** Who may hold how much memory of an executor: running tasks, and what is stored. */
@NullMarked
package dev.capstan.engine.memory;

import org.jspecify.annotations.NullMarked;
