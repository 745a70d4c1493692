/** Blocks: cached partitions and task results that wait to be fetched. */
@NullMarked
package dev.capstan.engine.storage;

import org.jspecify.annotations.NullMarked;
