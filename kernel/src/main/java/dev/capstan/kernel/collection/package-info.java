/** Collections that the JDK does not have. */
@NullMarked
package dev.capstan.kernel.collection;

import org.jspecify.annotations.NullMarked;
