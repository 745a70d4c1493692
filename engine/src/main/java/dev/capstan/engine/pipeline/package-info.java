/**
 * How the elements of a partition flow through the functions of a stage: pushed from the source into sinks, one call
 * for each function, without an iterator between them.
 */
@NullMarked
package dev.capstan.engine.pipeline;

import org.jspecify.annotations.NullMarked;
