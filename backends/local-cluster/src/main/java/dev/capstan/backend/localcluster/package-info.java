/** The master URLs {@code local-cluster[…]}: executors in processes of their own on this machine. */
@NullMarked
package dev.capstan.backend.localcluster;

import org.jspecify.annotations.NullMarked;
