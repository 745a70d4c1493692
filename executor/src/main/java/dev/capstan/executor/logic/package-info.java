/** The executor's decisions, without threads and clocks: the actor and the run queue. */
@NullMarked
package dev.capstan.executor.logic;

import org.jspecify.annotations.NullMarked;
