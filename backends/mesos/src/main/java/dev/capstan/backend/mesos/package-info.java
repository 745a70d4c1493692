/** Capstan as a framework on Apache Mesos. */
@NullMarked
package dev.capstan.backend.mesos;

import org.jspecify.annotations.NullMarked;
