package dev.capstan.backend.mesos;

import dev.capstan.driver.backend.Finding;
import dev.capstan.driver.runtime.DriverPlace;

import org.apache.mesos.v1.master.Protos.Response.GetAgents.Agent;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Looks whether agents and driver can reach each other. Whether an agent reaches this machine can be tried only from
 * there; what can be seen from here is whether the address that executors are told makes sense.
 */
final class WayBack {
    private static final int CONNECT_MILLIS = 2_000;
    private static final int MOST_TRIED = 32;
    private static final int MOST_NAMED = 3;
    private static final String SUBJECT = "way back";

    private final List<Agent> agents;
    private final DriverPlace driver;
    private final Consumer<Finding> findings;

    /** Where an agent listens, and what became of connecting there; null if it went well. */
    private record Tried(String address, boolean isHere, @Nullable String failure) {}

    WayBack(List<Agent> agents, DriverPlace driver, Consumer<Finding> findings) {
        this.agents = agents;
        this.driver = driver;
        this.findings = findings;
    }

    void run() throws InterruptedException {
        List<Tried> tried = tryAgents();
        List<Tried> failed = tried.stream().filter(each -> each.failure() != null).toList();
        if (failed.isEmpty()) {
            findings.accept(Finding.ok("way there", "all " + tried.size() + " agents tried can be reached from here"));
        } else {
            String names =
                    String.join(
                            "; ",
                            failed.stream()
                                    .limit(MOST_NAMED)
                                    .map(each -> each.address() + ": " + each.failure())
                                    .toList());
            findings.accept(
                    Finding.warning(
                            "way there",
                            failed.size() + " of " + tried.size() + " agents cannot be reached from here: " + names,
                            "a firewall that keeps this machine from agents may keep executors from it as well, and"
                                    + " logs of executors cannot be fetched"));
        }
        lookAtOwnAddress(tried.stream().allMatch(Tried::isHere));
    }

    private List<Tried> tryAgents() throws InterruptedException {
        List<Tried> tried = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Tried> each :
                    threads.invokeAll(
                            agents.stream()
                                    .limit(MOST_TRIED)
                                    .<Callable<Tried>>map(agent -> () -> tryAgent(agent))
                                    .toList())) {
                tried.add(each.resultNow());
            }
        }
        return tried;
    }

    /** Agents announce themselves as {@code slave(1)@10.0.0.7:5051}. */
    private static Tried tryAgent(Agent agent) {
        String pid = agent.getPid();
        String address = pid.substring(pid.indexOf('@') + 1);
        int colon = address.lastIndexOf(':');
        try (var socket = new Socket()) {
            InetAddress ip = InetAddress.getByName(address.substring(0, Math.max(colon, 0)));
            boolean isHere = ip.isLoopbackAddress() || NetworkInterface.getByInetAddress(ip) != null;
            return connect(socket, address, ip, Integer.parseInt(address.substring(colon + 1)), isHere);
        } catch (IOException | IllegalArgumentException e) {
            return new Tried(address, false, "this is no address");
        }
    }

    private static Tried connect(Socket socket, String address, InetAddress ip, int port, boolean isHere) {
        try {
            socket.connect(new InetSocketAddress(ip, port), CONNECT_MILLIS);
            return new Tried(address, isHere, null);
        } catch (IOException e) {
            return new Tried(address, isHere, String.valueOf(e.getMessage()));
        }
    }

    private void lookAtOwnAddress(boolean agentsAreHere) {
        String hint = "capstan.driver.host says at which address of this machine executors find the driver";
        InetAddress ip;
        try {
            ip = driver.tryListening();
        } catch (IOException e) {
            findings.accept(Finding.failure(SUBJECT, e.getMessage(), hint));
            return;
        }
        if (ip.isLoopbackAddress() && !agentsAreHere) {
            findings.accept(
                    Finding.failure(
                            SUBJECT,
                            "executors would be told to find the driver at "
                                    + driver
                                    + ", which is the agent itself"
                                    + " for them",
                            hint));
        } else {
            findings.accept(
                    Finding.ok(
                            SUBJECT,
                            "executors are told to find the driver at "
                                    + driver
                                    + (agentsAreHere ? "; all agents are on this machine" : "")));
        }
    }
}
