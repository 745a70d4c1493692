/** Values that the driver gives to all tasks: handles, the driver's side and the executors' side. Makes no threads. */
@NullMarked
package dev.capstan.engine.broadcast;

import org.jspecify.annotations.NullMarked;
