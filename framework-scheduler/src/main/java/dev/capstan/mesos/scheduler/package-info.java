/**
 * The logic of a Mesos framework, without a socket: {@link dev.capstan.mesos.scheduler.FrameworkScheduler} takes what
 * its user wants and what the master says, and answers with calls.
 */
@NullMarked
package dev.capstan.mesos.scheduler;

import org.jspecify.annotations.NullMarked;
