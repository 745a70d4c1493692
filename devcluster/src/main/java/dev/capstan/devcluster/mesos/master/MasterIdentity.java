package dev.capstan.devcluster.mesos.master;

import org.apache.mesos.v1.Protos.Address;
import org.apache.mesos.v1.Protos.MasterInfo;

/** What a master says of itself, to frameworks and in elections. */
public final class MasterIdentity {
    private static final String VERSION = "1.12.0";

    private MasterIdentity() {}

    /**
     * @param id that ids of frameworks, agents and offers begin with
     * @param port where it is reached
     */
    @SuppressWarnings("deprecation") // the address in its old form, which is required still
    public static MasterInfo of(MasterConfig config, String id, int port) {
        String[] numbers = config.ip().split("\\.", -1);
        int ip = 0;
        for (int i = numbers.length - 1; i >= 0; i--) {
            ip = ip << 8 | Integer.parseInt(numbers[i]);
        }
        MasterInfo.Builder info =
                MasterInfo.newBuilder()
                        .setId(id)
                        .setIp(ip)
                        .setPort(port)
                        .setPid("master@" + config.ip() + ":" + port)
                        .setHostname(config.hostname())
                        .setVersion(VERSION)
                        .setAddress(
                                Address.newBuilder().setHostname(config.hostname()).setIp(config.ip()).setPort(port))
                        .addCapabilities(capability(MasterInfo.Capability.Type.AGENT_UPDATE))
                        .addCapabilities(capability(MasterInfo.Capability.Type.AGENT_DRAINING));
        if (config.domain() != null) {
            info.setDomain(config.domain());
        }
        return info.build();
    }

    private static MasterInfo.Capability capability(MasterInfo.Capability.Type type) {
        return MasterInfo.Capability.newBuilder().setType(type).build();
    }
}
