/** Nodes that reach each other over sockets: hello with mutual proof, frames, bounded outboxes, streams with credit. */
@NullMarked
package dev.capstan.kernel.rpc.socket;

import org.jspecify.annotations.NullMarked;
