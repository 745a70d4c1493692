/** The way to a Mesos master: who leads, and conversations with it over HTTP. */
@NullMarked
package dev.capstan.mesos.master;

import org.jspecify.annotations.NullMarked;
