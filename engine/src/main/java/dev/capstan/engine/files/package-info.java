/** Files as sources and targets of datasets: how they are found, cut, read and written. */
@NullMarked
package dev.capstan.engine.files;

import org.jspecify.annotations.NullMarked;
