/** Runs tasks: the code of a stage as objects, and the attempts that execute it. Makes no threads. */
@NullMarked
package dev.capstan.engine.execution;

import org.jspecify.annotations.NullMarked;
