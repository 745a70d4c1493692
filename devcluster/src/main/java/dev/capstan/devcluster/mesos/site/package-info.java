/** What masters and agents of the cluster for development serve over HTTP. */
@NullMarked
package dev.capstan.devcluster.mesos.site;

import org.jspecify.annotations.NullMarked;
