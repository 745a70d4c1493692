/**
 * Measures Capstan, alone or in turns with a peer: the workloads there are, the contest, and the processes it starts.
 */
@NullMarked
package dev.capstan.bench;

import org.jspecify.annotations.NullMarked;
