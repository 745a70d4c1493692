/**
 * A whole cluster under virtual time: the driver's actors, executors that compute for real, random programs and random
 * faults, with invariants after every event.
 */
@NullMarked
package dev.capstan.simulation;

import org.jspecify.annotations.NullMarked;
