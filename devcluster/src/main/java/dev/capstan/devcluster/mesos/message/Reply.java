package dev.capstan.devcluster.mesos.message;

import dev.capstan.kernel.actor.Message;

import org.jspecify.annotations.Nullable;

/**
 * What a master or an agent answers to a request: one of the first five; or that it {@link Opened opens} a stream,
 * followed by what that carries.
 */
public sealed interface Reply extends Message {
    /** Not done, with the reason. */
    record Refused(int status, String text) implements Reply {}

    /** 202: read, and passed on. */
    record Accepted() implements Reply {}

    /** 200 without a body: done. */
    record Done() implements Reply {}

    /** 200 with a message. */
    record Answered(com.google.protobuf.Message body) implements Reply {
        @Override
        public Object trace() {
            return "Answered[" + body.getDescriptorForType().getFullName() + "]";
        }
    }

    /** 200 with a text that is JSON. */
    record Json(String text) implements Reply {
        @Override
        public Object trace() {
            return "Json[" + text.length() + " characters]";
        }
    }

    /** 200; events follow. */
    record Opened(@Nullable String streamId) implements Reply {}

    /** An event of an open stream. */
    record Emitted(com.google.protobuf.Message event) implements Reply {
        @Override
        public Object trace() {
            return "Emitted[" + event.getDescriptorForType().getFullName() + "]";
        }
    }

    /** The stream ends in order. */
    record Ended() implements Reply {}
}
