/** What a task is: the code of its stage, its launch, its outcome, what it cost. */
@NullMarked
package dev.capstan.engine.task;

import org.jspecify.annotations.NullMarked;
