package dev.capstan.devcluster.mesos.master;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.jspecify.annotations.Nullable;

import java.util.List;

/** What a framework may not change about itself while it is subscribed. */
final class UpdateCheck {
    private UpdateCheck() {}

    /** What is wrong with an update; null if nothing is. */
    static @Nullable String fault(
            FrameworkInfo was, FrameworkInfo wanted, List<String> suppressed, MasterConfig config) {
        String own = FrameworkCheck.wrongWith(wanted, List.of(), config).orElse(null);
        if (own != null) {
            return "Supplied FrameworkInfo is not valid: " + own;
        }
        String strangers = FrameworkCheck.suppressedFault(wanted, suppressed).orElse(null);
        if (strangers != null) {
            return "'UpdateFramework' call is not valid: " + strangers;
        }
        String prefix = "FrameworkInfo update is not valid: ";
        if (wanted.hasPrincipal() && !wanted.getPrincipal().equals(was.getPrincipal())) {
            return prefix + "Changing framework's principal is not allowed.";
        }
        if (!wanted.getUser().equals(was.getUser())) {
            return prefix + unsupported("user", was.getUser(), wanted.getUser());
        }
        if (wanted.getCheckpoint() != was.getCheckpoint()) {
            return prefix
                    + unsupported(
                            "checkpoint",
                            Boolean.toString(was.getCheckpoint()),
                            Boolean.toString(wanted.getCheckpoint()));
        }
        return null;
    }

    private static String unsupported(String field, String from, String to) {
        return "Updating 'FrameworkInfo."
                + field
                + "' is unsupported; attempted to update from '"
                + from
                + "' to '"
                + to
                + "'";
    }
}
