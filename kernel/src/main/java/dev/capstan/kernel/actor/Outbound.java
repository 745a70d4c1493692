package dev.capstan.kernel.actor;

/** The way out of a loop to actors it does not host. */
@FunctionalInterface
public interface Outbound {
    /** Never blocks and keeps the order per pair of sender and receiver; what cannot be delivered is dropped. */
    void send(Address from, Address to, Message message);
}
