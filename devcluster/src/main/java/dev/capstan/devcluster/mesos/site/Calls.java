package dev.capstan.devcluster.mesos.site;

import com.google.protobuf.Message;

import dev.capstan.devcluster.mesos.http.Exchange;
import dev.capstan.devcluster.mesos.http.HttpAnswer;
import dev.capstan.kernel.actor.Address;

import org.jspecify.annotations.Nullable;

import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/** What masters and agents do alike with calls: read one, look at it, and hand it on with where to answer it. */
final class Calls {
    private final Peers peers;
    private final Consumer<Address> whenClosed;

    /**
     * @param whenClosed told of a stream whose peer is gone
     */
    Calls(Peers peers, Consumer<Address> whenClosed) {
        this.peers = peers;
        this.whenClosed = whenClosed;
    }

    /**
     * Takes the call of a request in, or answers why not.
     *
     * @param into what it is read into
     * @param refusal what is wrong with it; null if nothing is
     * @param isAnswered whether the answer has a body, so that its form matters
     * @param taker takes it, and where it is to be answered
     */
    <B extends Message.Builder> void take(
            Exchange exchange,
            B into,
            Function<B, @Nullable HttpAnswer> refusal,
            Predicate<B> isAnswered,
            BiConsumer<Address, B> taker) {
        switch (CallReader.read(exchange.request(), into)) {
            case CallReader.Read.Refused(var answer) -> exchange.answer(answer);
            case CallReader.Read.Call(var call) -> {
                HttpAnswer refused = refusal.apply(call);
                MediaType type = CallReader.accepted(exchange.request());
                if (refused != null) {
                    exchange.answer(refused);
                } else if (type == null && isAnswered.test(call)) {
                    exchange.answer(CallReader.notAcceptable());
                } else {
                    taker.accept(await(exchange, type == null ? MediaType.JSON : type), call);
                }
            }
        }
    }

    /** Where a request is answered that waits from now on. */
    Address await(Exchange exchange, MediaType type) {
        return peers.add(exchange, type, whenClosed);
    }
}
