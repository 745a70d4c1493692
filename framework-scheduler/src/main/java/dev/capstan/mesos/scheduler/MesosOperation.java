package dev.capstan.mesos.scheduler;

/**
 * A change of resources that a master was asked for, or was about to be.
 *
 * @param id of the operation
 * @param agentId whose resources it changes
 */
record MesosOperation(String id, String agentId) {}
