/** Data on local disks: private directories, and files of compressed, checked frames. */
@NullMarked
package dev.capstan.engine.disk;

import org.jspecify.annotations.NullMarked;
