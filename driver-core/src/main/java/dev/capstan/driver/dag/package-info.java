/** Cuts the lineage at shuffle dependencies into stages and runs them in order. */
@NullMarked
package dev.capstan.driver.dag;

import org.jspecify.annotations.NullMarked;
