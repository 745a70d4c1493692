package dev.capstan.mesos.master;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/** A master, or who answers in its place, cannot or does not want to do what it is asked; the message names it. */
public final class MasterException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** What is wrong, from what tells least about a cluster to what tells most. */
    public enum Kind {
        /** Nobody answers there, or not in time. */
        UNREACHABLE,
        /** Somebody answers, but not as a Mesos master does. */
        NOT_A_MASTER,
        /** A master answers and says who leads, and that one cannot be reached. */
        LEADER_UNREACHABLE,
        /** It recovers, or nobody leads just now; another time it may be different. */
        NOT_READY,
        /** It cannot use what it was asked; the message has its own words. */
        BAD_REQUEST,
        /** It knows who asks, and does not allow this. */
        FORBIDDEN,
        /** It wants credentials, or other ones. */
        UNAUTHORIZED
    }

    public MasterException(Kind kind, String message) {
        this(kind, message, null);
    }

    public MasterException(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether it would say the same another time. */
    public boolean isHopeless() {
        return switch (kind) {
            case UNREACHABLE, NOT_A_MASTER, LEADER_UNREACHABLE, NOT_READY ->
                    false; // a master that starts answers 404 as well
            case BAD_REQUEST, FORBIDDEN, UNAUTHORIZED -> true;
        };
    }
}
