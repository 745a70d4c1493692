/** An executor as a process of its own: how it is started, what it asks its driver, when it ends. */
@NullMarked
package dev.capstan.executor.live;

import org.jspecify.annotations.NullMarked;
