/** Sums that tasks add to and the driver reads: handles, what a task has added, and the driver's totals. */
@NullMarked
package dev.capstan.engine.accumulator;

import org.jspecify.annotations.NullMarked;
