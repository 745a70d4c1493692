package dev.capstan.devcluster.mesos.site;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;

import dev.capstan.devcluster.mesos.http.HttpAnswer;
import dev.capstan.devcluster.mesos.http.HttpRequest;
import dev.capstan.devcluster.mesos.json.MalformedJsonException;
import dev.capstan.devcluster.mesos.json.ProtoJson;

import org.jspecify.annotations.Nullable;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads the call out of a request, or says in the words of Mesos what is wrong with the request. */
final class CallReader {
    private CallReader() {}

    /** A call, or what to answer instead. */
    sealed interface Read<C> {
        record Call<C>(C call) implements Read<C> {}

        record Refused<C>(HttpAnswer answer) implements Read<C> {}
    }

    static <B extends Message.Builder> Read<B> read(HttpRequest request, B into) {
        HttpAnswer refusal = refusal(request, into);
        return refusal == null ? new Read.Call<>(into) : new Read.Refused<>(refusal);
    }

    private static @Nullable HttpAnswer refusal(HttpRequest request, Message.Builder into) {
        if (!request.method().equals("POST")) {
            return HttpAnswer.text(
                            405,
                            "405 Method Not Allowed. Expecting one of { 'POST' }, but received '"
                                    + request.method()
                                    + "'.")
                    .with("Allow", "POST");
        }
        String type = request.header("content-type").orElse(null);
        if (type == null) {
            return HttpAnswer.text(400, "Expecting 'Content-Type' to be present");
        }
        return switch (type) {
            case "application/json" -> readJson(request, into);
            case "application/x-protobuf" -> readProtobuf(request, into);
            default -> HttpAnswer.text(415, "Expecting 'Content-Type' of application/json or application/x-protobuf");
        };
    }

    private static @Nullable HttpAnswer readJson(HttpRequest request, Message.Builder into) {
        try {
            ProtoJson.read(new String(request.body(), StandardCharsets.UTF_8), into, "Call");
            return null;
        } catch (MalformedJsonException e) {
            return HttpAnswer.text(400, e.getMessage());
        }
    }

    private static @Nullable HttpAnswer readProtobuf(HttpRequest request, Message.Builder into) {
        try {
            into.mergeFrom(request.body());
            if (into.isInitialized()) {
                return null;
            }
        } catch (InvalidProtocolBufferException e) {
            System.getLogger(CallReader.class.getName())
                    .log(System.Logger.Level.DEBUG, "a body that is not a message", e);
        }
        return HttpAnswer.text(400, "Failed to parse body into Call protobuf");
    }

    /** In which form the peer wants to be answered; null if in none of ours. */
    static @Nullable MediaType accepted(HttpRequest request) {
        String accept = request.header("accept").orElse("*/*");
        if (allows(accept, MediaType.JSON)) {
            return MediaType.JSON;
        }
        return allows(accept, MediaType.PROTOBUF) ? MediaType.PROTOBUF : null;
    }

    private static boolean allows(String accept, MediaType type) {
        return Arrays.stream(accept.split(",", -1))
                .map(each -> each.split(";", 2)[0].strip())
                .anyMatch(each -> each.equals("*/*") || each.equals("application/*") || each.equals(type.header()));
    }

    static HttpAnswer notAcceptable() {
        return HttpAnswer.text(406, "Expecting 'Accept' to allow 'application/x-protobuf' or 'application/json'");
    }
}
