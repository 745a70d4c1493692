/** Map outputs: where they are kept, and how they are brought to the tasks that read them. */
@NullMarked
package dev.capstan.engine.shuffle;

import org.jspecify.annotations.NullMarked;
