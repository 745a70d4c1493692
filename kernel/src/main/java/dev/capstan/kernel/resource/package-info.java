/** Quantities of what a cluster hands out: cpus, memory, gpus and resources by name. */
@NullMarked
package dev.capstan.kernel.resource;

import org.jspecify.annotations.NullMarked;
