package dev.capstan.backend.local;

import dev.capstan.backend.contract.StoredDataContract;

class LocalStoredDataTest extends StoredDataContract {
    @Override
    protected String master() {
        return "local[2]";
    }
}
