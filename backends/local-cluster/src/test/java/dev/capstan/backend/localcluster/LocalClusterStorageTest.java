package dev.capstan.backend.localcluster;

import dev.capstan.backend.contract.SeveralExecutorsContract;

class LocalClusterStorageTest extends SeveralExecutorsContract {
    @Override
    protected String master() {
        return "local-cluster[3,1,96]";
    }
}
