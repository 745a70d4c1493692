package dev.capstan.kernel.serialization;

import java.io.Serializable;

/**
 * An object that no task changes: tasks may share one instance if all that its fields hold may be shared too.
 *
 * <p>A class that carries this promise has no state that running a task alters, caches included.
 */
public interface Shareable extends Serializable {}
