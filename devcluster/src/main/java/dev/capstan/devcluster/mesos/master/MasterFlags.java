package dev.capstan.devcluster.mesos.master;

import dev.capstan.devcluster.mesos.message.DurationText;

import org.apache.mesos.v1.Protos.MasterInfo;

import java.util.SequencedMap;
import java.util.TreeMap;

/** The settings of a master as the flags that a real one would be started with. */
final class MasterFlags {
    private MasterFlags() {}

    static SequencedMap<String, String> of(MasterConfig config, MasterInfo master) {
        SequencedMap<String, String> flags = new TreeMap<>();
        flags.put("agent_ping_timeout", DurationText.of(config.pingInterval()));
        flags.put("agent_reregister_timeout", DurationText.of(config.reregisterTimeout()));
        flags.put("allocation_interval", DurationText.of(config.allocationInterval()));
        flags.put("hostname", config.hostname());
        flags.put("ip", config.ip());
        flags.put("max_agent_ping_timeouts", Integer.toString(config.mostMissedPings()));
        flags.put("port", Integer.toString(master.getPort()));
        flags.put("root_submissions", Boolean.toString(config.rootSubmissions()));
        if (config.offerTimeout() != null) {
            flags.put("offer_timeout", DurationText.of(config.offerTimeout()));
        }
        if (!config.roles().isEmpty()) {
            flags.put("roles", String.join(",", config.roles()));
        }
        if (config.election() != null) {
            flags.put("zk", config.election().place().toString());
        }
        return flags;
    }
}
