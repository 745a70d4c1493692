/**
 * The logic of a Mesos framework, without a socket: {@link dev.capstan.mesos.scheduler.FrameworkScheduler} takes what
 * its user wants and what the master says, and answers with calls.
 *
 * <p>What is wanted is a {@link dev.capstan.mesos.scheduler.Request}: a task, a group of tasks under an executor that
 * Mesos brings along, or a change of resources. Each waits until offers of one agent to its role hold what it takes, is
 * told when it has its place, and told once when it is over. What is durable is a {@link
 * dev.capstan.mesos.scheduler.FrameworkEntry}.
 */
@NullMarked
package dev.capstan.mesos.scheduler;

import org.jspecify.annotations.NullMarked;
