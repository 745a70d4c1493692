@NullMarked
package dev.capstan.devcluster.mesos;

import org.jspecify.annotations.NullMarked;
