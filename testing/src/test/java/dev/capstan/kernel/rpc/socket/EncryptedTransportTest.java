package dev.capstan.kernel.rpc.socket;

/** The contract over encrypted sockets. */
class EncryptedTransportTest extends SocketTransportTest {
    @Override
    SocketSettings settings() {
        return super.settings().withEncryption(true);
    }
}
