/** How processes of ours log. Libraries only use {@link System.Logger}; who starts a process installs the rest. */
@NullMarked
package dev.capstan.kernel.log;

import org.jspecify.annotations.NullMarked;
