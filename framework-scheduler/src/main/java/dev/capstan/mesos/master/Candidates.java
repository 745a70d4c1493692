package dev.capstan.mesos.master;

import org.jspecify.annotations.Nullable;

import java.util.List;

/** Who may lead: those that were named, or the one that was elected. Several threads may ask. */
final class Candidates implements AutoCloseable {
    private final List<HostPort> listed;
    private final @Nullable MasterElection election;

    Candidates(MasterPlace place) {
        switch (place) {
            case MasterPlace.Listed(var masters) -> {
                listed = masters;
                election = null;
            }
            case MasterPlace.Elected(var node) -> {
                listed = List.of();
                election = new MasterElection(node);
            }
        }
    }

    /** Those to ask, the likeliest leader first. */
    List<HostPort> find() throws MasterException, InterruptedException {
        return election == null ? listed : List.of(election.leader());
    }

    @Override
    public void close() {
        if (election != null) {
            election.close();
        }
    }
}
