/** The process that runs tasks: a pool of task threads behind the executor's actor. */
@NullMarked
package dev.capstan.executor;

import org.jspecify.annotations.NullMarked;
