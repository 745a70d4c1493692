package dev.capstan.backend.local;

import dev.capstan.backend.contract.LiveBackendContract;

class LocalBackendLiveTest extends LiveBackendContract {
    @Override
    protected String master() {
        return "local[2]";
    }
}
