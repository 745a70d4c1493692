/** What driver and executor tell each other. */
@NullMarked
package dev.capstan.engine.protocol;

import org.jspecify.annotations.NullMarked;
