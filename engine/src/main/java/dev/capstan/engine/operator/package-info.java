/**
 * The engine's own functions: what operators and actions run in tasks. Singletons and records, so that they are small.
 */
@NullMarked
package dev.capstan.engine.operator;

import org.jspecify.annotations.NullMarked;
