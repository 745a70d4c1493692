package dev.capstan.backend.localcluster;

import dev.capstan.backend.contract.LiveBackendContract;

class LocalClusterLiveTest extends LiveBackendContract {
    @Override
    protected String master() {
        return "local-cluster[2,1,256]";
    }
}
