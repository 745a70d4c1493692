/**
 * The arithmetic of Mesos resources, without thread, clock or socket: what is offered ({@link
 * dev.capstan.mesos.resource.ResourceBag}), what a task wants ({@link dev.capstan.mesos.resource.Needs}), and which
 * part of an offer it gets ({@link dev.capstan.mesos.resource.Picking}).
 */
@NullMarked
package dev.capstan.mesos.resource;

import org.jspecify.annotations.NullMarked;
