package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.Finding;
import dev.capstan.driver.runtime.DriverPlace;
import dev.capstan.mesos.master.HostPort;
import dev.capstan.mesos.master.MasterAccess;
import dev.capstan.mesos.master.MasterException;
import dev.capstan.mesos.master.MasterException.Kind;
import dev.capstan.mesos.master.MasterPlace;
import dev.capstan.mesos.operator.OperatorClient;

import org.apache.mesos.v1.Protos.MasterInfo;
import org.apache.mesos.v1.master.Protos.Call;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Looks whether a cluster would serve a program with some settings, as far as can be told without running anything
 * there: the masters first, then whether they take such a framework, then agents and the way back from them.
 */
final class MesosExamination {
    private static final String VERSION = "version";

    private final MasterPlace place;
    private final MesosSettings settings;
    private final MasterAccess access;
    private final DriverPlace driver;
    private final Consumer<Finding> findings;

    /**
     * @param driver where executors would be told to find the driver
     */
    MesosExamination(MasterPlace place, MesosSettings settings, DriverPlace driver, Consumer<Finding> findings) {
        this.place = place;
        this.settings = settings;
        this.access = settings.master().access();
        this.driver = driver;
        this.findings = findings;
    }

    void run() throws InterruptedException {
        MasterInfo leader =
                switch (place) {
                    case MasterPlace.Listed(var masters) -> lookAtEach(masters);
                    case MasterPlace.Elected elected -> lookAtLeader(elected);
                };
        if (leader == null) {
            return;
        }
        lookAtVersion(leader);
        lookAtCapabilities(leader);
        if (!new TrialSubscription(place, access, settings, findings).run()) {
            return;
        }
        try (var client = new OperatorClient(place, access)) {
            new QuotaExamination(client, settings, findings).run();
            new AgentsExamination(client, settings, driver, findings).run();
        }
    }

    // masters

    /** Each by itself, so that those are named that would be missed only once another one fails. */
    private @Nullable MasterInfo lookAtEach(List<HostPort> masters) throws InterruptedException {
        MasterInfo leader = null;
        var failures = new LinkedHashMap<HostPort, MasterException>();
        for (HostPort each : masters) {
            try {
                leader = ask(new MasterPlace.Listed(List.of(each)));
                findings.accept(Finding.ok("master " + each, "answers; " + inWords(leader)));
            } catch (MasterException e) {
                failures.put(each, e);
            }
        }
        for (var each : failures.entrySet()) {
            findings.accept(missing("master ", each.getKey().toString(), each.getValue(), leader != null));
        }
        return leader;
    }

    private @Nullable MasterInfo lookAtLeader(MasterPlace elected) throws InterruptedException {
        String subject = elected.toString();
        try {
            MasterInfo leader = ask(elected);
            findings.accept(Finding.ok(subject, inWords(leader)));
            return leader;
        } catch (MasterException e) {
            findings.accept(missing("", subject, e, false));
            return null;
        }
    }

    private MasterInfo ask(MasterPlace where) throws MasterException, InterruptedException {
        try (var client = new OperatorClient(where, access)) {
            return client.get(Call.Type.GET_MASTER).getGetMaster().getMasterInfo();
        } catch (MasterException e) {
            throw e;
        } catch (IOException e) {
            throw new MasterException(Kind.UNREACHABLE, where + ": " + e.getMessage(), e);
        }
    }

    private static Finding missing(String kind, String address, MasterException why, boolean anotherAnswers) {
        String subject = kind + address;
        String words = String.valueOf(why.getMessage());
        String detail = words.startsWith(address + ": ") ? words.substring(address.length() + 2) : words;
        String hint = hint(why.kind());
        if (why.isHopeless()) {
            return Finding.failure(subject, detail, hint);
        }
        return anotherAnswers ? Finding.warning(subject, detail, hint) : Finding.unreachable(subject, detail, hint);
    }

    private static String hint(Kind kind) {
        return switch (kind) {
            case UNREACHABLE ->
                    "is the address right, does a master run there, and does a firewall let this machine through?";
            case NOT_A_MASTER ->
                    "masters listen at port "
                            + MasterPlace.USUAL_PORT
                            + " if nothing is said, agents at 5051; "
                            + MesosKeys.TLS.name()
                            + " says whether they are spoken to by TLS";
            case LEADER_UNREACHABLE ->
                    "the leader announces a name or address that does not lead there from this machine; its --hostname"
                            + " or --advertise_ip says which";
            case NOT_READY -> "wait until the masters have elected one, and ask again";
            case UNAUTHORIZED -> MesosKeys.PRINCIPAL.name() + " and " + MesosKeys.CREDENTIAL.name() + " say who asks";
            case FORBIDDEN -> "the operators of the cluster decide what " + MesosKeys.PRINCIPAL.name() + " may do";
            case BAD_REQUEST -> "these are the master's own words";
        };
    }

    private static String inWords(MasterInfo leader) {
        String host = leader.getHostname().isEmpty() ? leader.getAddress().getIp() : leader.getHostname();
        return "the leader is " + host + ":" + leader.getPort();
    }

    private void lookAtVersion(MasterInfo leader) {
        String version = leader.getVersion();
        findings.accept(
                MesosVersion.parse(version).compareTo(MesosVersion.LEAST) >= 0
                        ? Finding.ok(VERSION, "Mesos " + version)
                        : Finding.failure(
                                VERSION,
                                "the master is of Mesos " + version,
                                "masters and agents of " + MesosVersion.LEAST + " or later are needed"));
    }

    /** Only what would change how programs fare; all else has been there since the version that is needed. */
    private void lookAtCapabilities(MasterInfo leader) {
        List<MasterInfo.Capability.Type> has =
                leader.getCapabilitiesList().stream()
                        .map(MasterInfo.Capability::getType)
                        .filter(type ->
                                type != MasterInfo.Capability.Type.UNKNOWN) // newer than the classes of messages
                        .toList();
        String names = has.stream().map(type -> type.name().toLowerCase(Locale.ROOT)).collect(Collectors.joining(", "));
        findings.accept(
                has.contains(MasterInfo.Capability.Type.AGENT_DRAINING)
                        ? Finding.ok("capabilities", names)
                        : Finding.warning(
                                "capabilities",
                                "the master cannot drain agents; it has: " + (names.isEmpty() ? "none" : names),
                                "executors on agents that are taken away count as lost; Mesos 1.9 or later tells"
                                        + " beforehand"));
    }
}
