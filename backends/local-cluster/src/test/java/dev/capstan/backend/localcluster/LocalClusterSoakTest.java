package dev.capstan.backend.localcluster;

import dev.capstan.backend.contract.SoakContract;

class LocalClusterSoakTest extends SoakContract {
    @Override
    protected String master() {
        return "local-cluster[2,1,128]";
    }
}
