package dev.capstan.kernel.rpc.socket;

import dev.capstan.kernel.rpc.RpcLimits;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;

/**
 * How a process listens, whom it knows from the beginning, and what it demands of those who knock.
 *
 * @param bindHost the address it listens at
 * @param port where, or 0 for any that is free
 * @param otherPort whether another one will do where that is taken
 * @param host the name under which others reach it
 * @param secret that a peer must know
 * @param encrypted whether connections are TLS 1.3; both ends must say the same
 * @param limits of what waits for one peer
 * @param patience with a peer that does not accept a connection, or does not introduce itself
 * @param strangers how many connections may not have introduced themselves yet
 * @param contacts where nodes are that everybody knows; each may be asked where others are
 */
public record SocketSettings(
        String bindHost,
        int port,
        boolean otherPort,
        String host,
        Secret secret,
        boolean encrypted,
        RpcLimits limits,
        Duration patience,
        int strangers,
        SequencedMap<String, InetSocketAddress> contacts) {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int STRANGERS = 256;

    public SocketSettings {
        contacts = new LinkedHashMap<>(contacts);
    }

    /** On this machine only. */
    public static SocketSettings loopback(Secret secret) {
        return at("127.0.0.1", secret);
    }

    /** At this address of this machine, by which others reach it as well. */
    public static SocketSettings at(String host, Secret secret) {
        return new SocketSettings(
                host, 0, false, host, secret, false, RpcLimits.DEFAULT, PATIENCE, STRANGERS, new LinkedHashMap<>());
    }

    /**
     * At another place.
     *
     * @param reached the name under which others reach it
     * @param bound the address it listens at
     * @param wish the port that is taken if it can be; 0 for none
     */
    public SocketSettings at(String reached, String bound, int wish) {
        return new SocketSettings(bound, wish, true, reached, secret, encrypted, limits, patience, strangers, contacts);
    }

    public SocketSettings withLimits(RpcLimits other) {
        return new SocketSettings(
                bindHost, port, otherPort, host, secret, encrypted, other, patience, strangers, contacts);
    }

    public SocketSettings withContacts(Map<String, InetSocketAddress> others) {
        return new SocketSettings(
                bindHost,
                port,
                otherPort,
                host,
                secret,
                encrypted,
                limits,
                patience,
                strangers,
                new LinkedHashMap<>(others));
    }

    public SocketSettings withEncryption(boolean other) {
        return new SocketSettings(
                bindHost, port, otherPort, host, secret, other, limits, patience, strangers, contacts);
    }

    public SocketSettings withPort(int other) {
        return new SocketSettings(
                bindHost, other, false, host, secret, encrypted, limits, patience, strangers, contacts);
    }

    public SocketSettings withPatience(Duration other) {
        return new SocketSettings(
                bindHost, port, otherPort, host, secret, encrypted, limits, other, strangers, contacts);
    }
}
