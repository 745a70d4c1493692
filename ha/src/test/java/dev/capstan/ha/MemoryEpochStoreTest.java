package dev.capstan.ha;

class MemoryEpochStoreTest extends EpochStoreContract {
    private final EpochStore store = new MemoryEpochStore();

    @Override
    EpochStore open() {
        return store;
    }
}
