/** The user's API: the context, and datasets as handles over lineage nodes. */
@NullMarked
package dev.capstan.driver;

import org.jspecify.annotations.NullMarked;
