/** Objects as bytes: serializers, and the checks of what may travel to executors. */
@NullMarked
package dev.capstan.kernel.serialization;

import org.jspecify.annotations.NullMarked;
