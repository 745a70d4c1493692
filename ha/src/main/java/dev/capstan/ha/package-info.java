/** What outlives a process, and who may write it. */
@NullMarked
package dev.capstan.ha;

import org.jspecify.annotations.NullMarked;
