/** How what driver and executor tell each other travels between processes: protobuf, and nothing that makes objects. */
@NullMarked
package dev.capstan.engine.protocol.wire;

import org.jspecify.annotations.NullMarked;
