package dev.capstan.backend.localcluster;

import dev.capstan.backend.contract.StoredDataContract;

class LocalClusterStoredDataTest extends StoredDataContract {
    @Override
    protected String master() {
        return "local-cluster[2,1,256]";
    }
}
