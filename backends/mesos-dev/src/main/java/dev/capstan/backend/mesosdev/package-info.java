/** Capstan on a Mesos cluster that it brings along, to try out and for tests. */
@NullMarked
package dev.capstan.backend.mesosdev;

import org.jspecify.annotations.NullMarked;
