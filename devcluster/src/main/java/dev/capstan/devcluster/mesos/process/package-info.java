/** Processes of tasks and executors, and what must lie in their sandboxes before they start. */
@NullMarked
package dev.capstan.devcluster.mesos.process;

import org.jspecify.annotations.NullMarked;
