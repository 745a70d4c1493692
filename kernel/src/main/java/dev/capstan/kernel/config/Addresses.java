package dev.capstan.kernel.config;

/** Addresses of servers, for people. */
public final class Addresses {
    private Addresses() {}

    /** What stands before an {@code @} behind {@code //} is for the server only, and not for logs and errors. */
    public static String withoutPassword(String address) {
        return address.replaceAll("//[^/]*@", "//…@");
    }
}
