/** The workloads as programs of Capstan, and the process that runs them. */
@NullMarked
package dev.capstan.bench.capstan;

import org.jspecify.annotations.NullMarked;
