/**
 * The reduce side of shuffles: what is done with the records of a partition that belong together. Whatever does not fit
 * into the memory of the task waits on disk; what comes out, and in which order, is the same.
 */
@NullMarked
package dev.capstan.engine.reduce;

import org.jspecify.annotations.NullMarked;
