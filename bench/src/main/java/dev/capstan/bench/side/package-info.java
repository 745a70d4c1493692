/**
 * What both sides of a contest share: the loop that a side's process runs, and the data that its programs make. The
 * peer compiles it too, so it is plain Java 17 without a library.
 */
@NullMarked
package dev.capstan.bench.side;

import org.jspecify.annotations.NullMarked;
