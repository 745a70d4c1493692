/** An agent of the cluster for development: its executors, its tasks, and the updates about them. */
@NullMarked
package dev.capstan.devcluster.mesos.agent;

import org.jspecify.annotations.NullMarked;
