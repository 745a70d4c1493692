/** How masters find out which of them leads. */
@NullMarked
package dev.capstan.devcluster.mesos.election;

import org.jspecify.annotations.NullMarked;
