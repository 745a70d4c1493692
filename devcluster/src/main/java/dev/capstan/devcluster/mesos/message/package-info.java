/** What master, agents and the world around them tell each other. */
@NullMarked
package dev.capstan.devcluster.mesos.message;

import org.jspecify.annotations.NullMarked;
