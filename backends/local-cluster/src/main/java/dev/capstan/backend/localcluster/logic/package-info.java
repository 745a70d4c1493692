/** The decisions of the local-cluster backend. */
@NullMarked
package dev.capstan.backend.localcluster.logic;

import org.jspecify.annotations.NullMarked;
