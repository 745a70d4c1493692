/** A Mesos cluster in this process, for development and tests of any framework. */
@NullMarked
package dev.capstan.devcluster.mesos;

import org.jspecify.annotations.NullMarked;
