/** Workloads that measure Capstan, and the report of what they gave. */
@NullMarked
package dev.capstan.bench;

import org.jspecify.annotations.NullMarked;
