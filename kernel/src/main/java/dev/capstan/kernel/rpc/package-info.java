/** How processes of a cluster reach each other. */
@NullMarked
package dev.capstan.kernel.rpc;

import org.jspecify.annotations.NullMarked;
