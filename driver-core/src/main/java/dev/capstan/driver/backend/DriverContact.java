package dev.capstan.driver.backend;

import dev.capstan.kernel.rpc.socket.Secret;

import java.net.InetSocketAddress;

/**
 * How executors in other processes reach the driver.
 *
 * @param at where it listens
 * @param secret that they have to know
 * @param encrypted whether connections are encrypted
 */
public record DriverContact(InetSocketAddress at, Secret secret, boolean encrypted) {}
