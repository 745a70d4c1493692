/** A driver that runs: the composition root, and the desk where user threads wait for their jobs. */
@NullMarked
package dev.capstan.driver.runtime;

import org.jspecify.annotations.NullMarked;
