/** The master of the cluster for development: who is there, who gets what, who is told what. */
@NullMarked
package dev.capstan.devcluster.mesos.master;

import org.jspecify.annotations.NullMarked;
