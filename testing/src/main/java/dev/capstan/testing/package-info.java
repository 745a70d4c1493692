/** The virtual-time twin of the actor loop, for tests and simulations. */
@NullMarked
package dev.capstan.testing;

import org.jspecify.annotations.NullMarked;
