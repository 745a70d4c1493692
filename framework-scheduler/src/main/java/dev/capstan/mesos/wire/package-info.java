/** How Mesos cuts its streams of events into records. */
@NullMarked
package dev.capstan.mesos.wire;

import org.jspecify.annotations.NullMarked;
