/** What a framework's own executor needs to live on a Mesos agent. */
@NullMarked
package dev.capstan.mesos.executor;

import org.jspecify.annotations.NullMarked;
