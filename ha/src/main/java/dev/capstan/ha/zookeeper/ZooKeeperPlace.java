package dev.capstan.ha.zookeeper;

import dev.capstan.kernel.config.Addresses;

import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.api.ACLProvider;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Id;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collections;
import java.util.List;

/**
 * A node in a ZooKeeper ensemble.
 *
 * @param servers {@code host:port} of each server, with commas between them
 * @param path of the node, from the root
 * @param sessionTimeout how long the ensemble waits for a client that is silent
 * @param digest {@code user:password}, whose nodes nobody else may read or write; empty for nodes that all may
 */
public record ZooKeeperPlace(String servers, String path, Duration sessionTimeout, String digest) {
    private static final String SCHEME = "zk://";
    private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(6);
    private static final int FIRST_WAIT_MILLIS = 50;
    private static final int MOST_WAIT_MILLIS = 1_000;

    public ZooKeeperPlace {
        if (servers.isBlank()) {
            throw new IllegalArgumentException("a place in ZooKeeper must name a server");
        }
        if (!path.startsWith("/") || path.endsWith("/") || path.contains("//")) {
            throw new IllegalArgumentException(
                    "the path of a place in ZooKeeper must be like /capstan/one but is '" + path + "'");
        }
    }

    /** The place that a text like {@code zk://user:password@host1:2181,host2:2181/path} names. */
    public static ZooKeeperPlace parse(String url) {
        if (!url.startsWith(SCHEME)) {
            throw new IllegalArgumentException("a place in ZooKeeper begins with " + SCHEME + ", unlike " + shown(url));
        }
        String rest = url.substring(SCHEME.length());
        int slash = rest.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    shown(url) + " names no path: several clusters would meet at the root of one ZooKeeper");
        }
        String authority = rest.substring(0, slash);
        int at = authority.lastIndexOf('@');
        return new ZooKeeperPlace(
                authority.substring(at + 1),
                rest.substring(slash),
                USUAL_TIMEOUT,
                at < 0 ? "" : authority.substring(0, at));
    }

    private static String shown(String url) {
        return "'" + Addresses.withoutPassword(url) + "'";
    }

    /** The same, for a path below. */
    public ZooKeeperPlace below(String name) {
        return new ZooKeeperPlace(servers, path + "/" + name, sessionTimeout, digest);
    }

    /** A client that has begun to connect; whoever asked for it closes it. */
    public CuratorFramework connect() {
        int millis = Math.toIntExact(sessionTimeout.toMillis());
        int retries = Math.max(3, millis / MOST_WAIT_MILLIS);
        var builder =
                CuratorFrameworkFactory.builder()
                        .connectString(servers)
                        .sessionTimeoutMs(millis)
                        .connectionTimeoutMs(millis)
                        .retryPolicy(new BoundedExponentialBackoffRetry(FIRST_WAIT_MILLIS, MOST_WAIT_MILLIS, retries));
        if (!digest.isEmpty()) {
            builder.authorization("digest", digest.getBytes(StandardCharsets.UTF_8)).aclProvider(new OurNodes());
        }
        CuratorFramework client = builder.build();
        client.start();
        return client;
    }

    /** Nodes of whoever made them. */
    private static final class OurNodes implements ACLProvider {
        @Override
        public List<ACL> getDefaultAcl() {
            return Collections.singletonList( // the client asks whether null is in it
                    new ACL(ZooDefs.Perms.ALL, new Id("auth", "")));
        }

        @Override
        public List<ACL> getAclForPath(String path) {
            return getDefaultAcl();
        }
    }

    /** Without the password. */
    @Override
    public String toString() {
        return SCHEME + servers + path;
    }
}
