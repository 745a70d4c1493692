/** Messages of Mesos as JSON, the way a real master writes and reads them. */
@NullMarked
package dev.capstan.devcluster.mesos.json;

import org.jspecify.annotations.NullMarked;
