package dev.capstan.backend.mesosdev;

import dev.capstan.backend.contract.LiveBackendContract;

class MesosDevLiveTest extends LiveBackendContract {
    @Override
    protected String master() {
        return "mesos-dev[2,1,512]";
    }
}
