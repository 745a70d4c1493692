package dev.capstan.mesos.master;

/**
 * Where something listens.
 *
 * @param host name or address; an IPv6 address without brackets
 * @param port between 1 and 65535
 */
public record HostPort(String host, int port) {
    private static final int MOST_PORT = 65_535;

    public HostPort {
        if (host.isEmpty() || host.chars().anyMatch(c -> Character.isWhitespace(c) || c == '/' || c == '@')) {
            throw new IllegalArgumentException("'" + host + "' is no name of a host");
        }
        if (port < 1 || port > MOST_PORT) {
            throw new IllegalArgumentException("a port is between 1 and " + MOST_PORT + ", but not " + port);
        }
    }

    /**
     * Reads {@code host:port}, {@code host} and {@code [::1]:port}.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    public static HostPort parse(String text, int usualPort) {
        int close = text.lastIndexOf(']');
        int colon = text.indexOf(':', Math.max(close, 0));
        String host = colon < 0 ? text : text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new HostPort(host, colon < 0 ? usualPort : Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not of the form host:port", e);
        }
    }

    /** As it stands in a URL. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
