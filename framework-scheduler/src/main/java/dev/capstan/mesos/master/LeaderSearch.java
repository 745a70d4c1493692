package dev.capstan.mesos.master;

import dev.capstan.mesos.master.MasterException.Kind;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.StringJoiner;
import java.util.function.Predicate;

/**
 * Posts to whichever master leads. Those that do not lead say who does; that is followed by hand, with body and
 * credentials, and only so often. Several threads may post.
 */
public final class LeaderSearch implements AutoCloseable {
    private static final int MOST_HOPS = 8;

    private final Candidates candidates;
    private final MasterAccess access;
    private final MesosHttp http;
    private final String path;

    /**
     * An answer that is as it should be. Whoever gets it closes its body.
     *
     * @param at who gave it
     */
    public record Answered(URI at, HttpResponse<InputStream> response) {}

    /**
     * @param path to post to, the same at each master
     */
    public LeaderSearch(MasterPlace place, MasterAccess access, String path) {
        this(new Candidates(place), access, new MesosHttp(access), path);
    }

    LeaderSearch(Candidates candidates, MasterAccess access, MesosHttp http, String path) {
        this.candidates = candidates;
        this.access = access;
        this.http = http;
        this.path = path;
    }

    /**
     * Asks one after the other until the leader is found.
     *
     * @param isRight whether an answer is what a Mesos master would give
     * @throws MasterException when nobody gives such an answer; of several reasons it tells all, and its kind is that
     *     of the one that tells most
     */
    public Answered post(byte[] message, Predicate<HttpResponse<?>> isRight) throws IOException, InterruptedException {
        var reasons = new StringJoiner("; ");
        Kind kind = Kind.UNREACHABLE;
        for (HostPort candidate : candidates.find()) {
            try {
                return follow(URI.create(access.scheme() + "://" + candidate + path), message, isRight);
            } catch (MasterException e) {
                if (e.isHopeless()) {
                    throw e;
                }
                reasons.add(e.getMessage());
                kind = e.kind().compareTo(kind) > 0 ? e.kind() : kind;
            }
        }
        throw new MasterException(kind, reasons.toString());
    }

    private Answered follow(URI first, byte[] message, Predicate<HttpResponse<?>> isRight)
            throws IOException, InterruptedException {
        SequencedSet<URI> asked = new LinkedHashSet<>();
        URI to = first;
        while (asked.size() < MOST_HOPS && asked.add(to)) {
            HttpResponse<InputStream> answer = post(to, message, asked);
            int status = answer.statusCode();
            if (isRight.test(answer)) {
                return new Answered(to, answer);
            }
            if (status < 300 || status >= 400) {
                throw refusal(to, answer);
            }
            answer.body().close();
            to = redirected(to, answer);
        }
        throw new MasterException(
                Kind.NOT_READY,
                "masters send us in circles, from " + first.getAuthority() + " by " + (asked.size() - 1) + " others");
    }

    private HttpResponse<InputStream> post(URI to, byte[] message, SequencedSet<URI> asked)
            throws IOException, InterruptedException {
        try {
            return http.post(to, message, null);
        } catch (MasterException e) {
            if (asked.size() == 1) {
                throw e;
            }
            String way = String.join(", ", asked.stream().limit(asked.size() - 1L).map(URI::getAuthority).toList());
            throw new MasterException(
                    Kind.LEADER_UNREACHABLE, e.getMessage() + " (we are sent there by " + way + ")", e);
        }
    }

    /** {@code //host:port/path} as masters say it, or a whole URL. The scheme stays ours: nobody may turn off TLS. */
    private URI redirected(URI from, HttpResponse<InputStream> answer) throws MasterException {
        String location = answer.headers().firstValue("Location").orElse("");
        try {
            URI target = from.resolve(location);
            if (location.isEmpty() || target.getHost() == null) {
                throw new MasterException(
                        Kind.NOT_A_MASTER, from.getAuthority() + " sends us to nowhere: '" + location + "'");
            }
            String there = target.getPath().endsWith(path) ? target.getPath() : path;
            return URI.create(access.scheme() + "://" + target.getAuthority() + there);
        } catch (IllegalArgumentException e) {
            throw new MasterException(
                    Kind.NOT_A_MASTER, from.getAuthority() + " sends us to '" + location + "', which is no address", e);
        }
    }

    private MasterException refusal(URI at, HttpResponse<InputStream> answer) throws IOException {
        String who = at.getAuthority();
        String type = answer.headers().firstValue("Content-Type").orElse("");
        int status = answer.statusCode();
        if (status >= 200 && status < 300) {
            answer.body().close();
            return new MasterException(
                    Kind.NOT_A_MASTER,
                    who + " answers, but not as a Mesos master: the answer is of type '" + type + "'");
        }
        String text = MesosHttp.text(answer);
        return switch (status) {
            case 400 -> new MasterException(Kind.BAD_REQUEST, "the master at " + who + " refuses us: " + text);
            case 401 -> new MasterException(Kind.UNAUTHORIZED, "the master at " + who + " " + aboutCredentials());
            case 403 -> new MasterException(Kind.FORBIDDEN, "the master at " + who + " refuses us: " + text);
            case 503 -> new MasterException(Kind.NOT_READY, "the master at " + who + " is not ready: " + text);
            case 409, 500, 501 ->
                    type.startsWith("text/plain")
                            ? new MasterException(Kind.BAD_REQUEST, "the master at " + who + " refuses us: " + text)
                            : notAMaster(who, status, text);
            default -> notAMaster(who, status, text);
        };
    }

    private String aboutCredentials() {
        return access.credential() == null
                ? "asks for credentials, and none are given"
                : "does not accept the credentials of " + access.credential().principal();
    }

    private static MasterException notAMaster(String who, int status, String text) {
        String line = text.lines().findFirst().orElse("");
        return new MasterException(
                Kind.NOT_A_MASTER, who + " answers, but not as a Mesos master: status " + status + ", " + line);
    }

    /** Ends what is under way. */
    @Override
    public void close() {
        http.close();
        candidates.close();
    }
}
