package dev.capstan.mesos.master;

import java.io.IOException;

/** A master, or who answers in its place, does not want to speak with us. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean hopeless;

    /**
     * @param hopeless whether it would say the same another time
     */
    RefusedException(boolean hopeless, String message) {
        super(message);
        this.hopeless = hopeless;
    }

    boolean isHopeless() {
        return hopeless;
    }
}
