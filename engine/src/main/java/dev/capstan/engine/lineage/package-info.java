/** Datasets as serializable nodes, and how they depend on each other. */
@NullMarked
package dev.capstan.engine.lineage;

import org.jspecify.annotations.NullMarked;
