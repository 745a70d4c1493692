/** What a task is: the code of its stage, its launch, its outcome, what it cost, and what it may use while it runs. */
@NullMarked
package dev.capstan.engine.task;

import org.jspecify.annotations.NullMarked;
