/** Map outputs: written by map tasks, read by reduce tasks. */
@NullMarked
package dev.capstan.engine.shuffle;

import org.jspecify.annotations.NullMarked;
