package dev.capstan.driver.backend;

import dev.capstan.kernel.actor.Message;

/** What a backend's logic takes: the {@link BackendCommand}s of the scheduler, and messages of its own. */
public interface BackendMessage extends Message {}
