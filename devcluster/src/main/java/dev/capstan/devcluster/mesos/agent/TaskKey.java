package dev.capstan.devcluster.mesos.agent;

import org.apache.mesos.v1.Protos.FrameworkID;
import org.apache.mesos.v1.Protos.TaskID;

/** A task among those of all frameworks. */
record TaskKey(FrameworkID framework, TaskID task) {}
