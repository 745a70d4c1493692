/** Names of the things that driver and executor talk about. */
@NullMarked
package dev.capstan.engine.id;

import org.jspecify.annotations.NullMarked;
