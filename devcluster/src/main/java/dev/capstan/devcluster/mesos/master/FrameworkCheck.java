package dev.capstan.devcluster.mesos.master;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a master finds wrong with what a framework says about itself. */
final class FrameworkCheck {
    private static final int MOST_ID_CHARACTERS = 255;
    private static final int CONTROL = 0x20;
    private static final int DELETE = 0x7f;

    /** More seconds than a duration holds in nanoseconds. */
    private static final double MOST_SECONDS = Long.MAX_VALUE / 1e9;

    private FrameworkCheck() {}

    static Optional<String> wrongWith(FrameworkInfo info, List<String> suppressed, MasterConfig config) {
        return Optional.ofNullable(fault(info, suppressed, config));
    }

    private static @Nullable String fault(FrameworkInfo info, List<String> suppressed, MasterConfig config) {
        String roles = rolesFault(info);
        if (roles != null) {
            return roles;
        }
        if (info.hasId() && !info.getId().getValue().isEmpty()) {
            String id = idFault(info.getId().getValue());
            if (id != null) {
                return id;
            }
        }
        if (Double.isNaN(info.getFailoverTimeout()) || Math.abs(info.getFailoverTimeout()) > MOST_SECONDS) {
            return "The framework failover_timeout (" + seconds(info.getFailoverTimeout()) + ") is invalid";
        }
        if (info.getUser().equals("root") && !config.rootSubmissions()) {
            return "User 'root' is not allowed to run frameworks without --root_submissions set";
        }
        List<String> strange = strangers(Capabilities.roles(info), config.roles());
        if (!config.roles().isEmpty() && !strange.isEmpty()) {
            return "Roles { " + String.join(", ", strange) + " } are not present in the master's --roles";
        }
        return suppressedFault(info, suppressed).orElse(null);
    }

    /** Roles that are suppressed must be among the roles. */
    static Optional<String> suppressedFault(FrameworkInfo info, List<String> suppressed) {
        List<String> strange = strangers(suppressed, Capabilities.roles(info));
        return strange.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "Suppressed roles { "
                                + String.join(", ", strange)
                                + " } are not contained in the set of roles");
    }

    private static List<String> strangers(List<String> roles, List<String> known) {
        return roles.stream().filter(role -> !known.contains(role)).toList();
    }

    @SuppressWarnings("deprecation") // the one role of old frameworks
    static @Nullable String rolesFault(FrameworkInfo info) {
        boolean multiRole = Capabilities.isMultiRole(info);
        if (multiRole && info.hasRole()) {
            return "'FrameworkInfo.role' must not be set when the framework is MULTI_ROLE capable";
        }
        if (!multiRole && info.getRolesCount() > 0) {
            return "'FrameworkInfo.roles' must not be set when the framework is not MULTI_ROLE capable";
        }
        String field = multiRole ? "roles" : "role";
        Set<String> seen = new LinkedHashSet<>();
        List<String> twice = new ArrayList<>();
        for (String role : Capabilities.roles(info)) {
            if (!seen.add(role) && !twice.contains(role)) {
                twice.add(role);
            }
        }
        if (!twice.isEmpty()) {
            return "'FrameworkInfo.roles' contains duplicate items: { " + String.join(", ", twice) + " }";
        }
        for (String role : Capabilities.roles(info)) {
            String fault = roleFault(role);
            if (fault != null) {
                return "'FrameworkInfo." + field + "' contains invalid role: " + fault;
            }
        }
        return null;
    }

    static @Nullable String roleFault(String role) {
        if (role.equals("*")) {
            return null;
        }
        if (role.isEmpty()) {
            return "Empty role name is invalid";
        }
        if (role.startsWith("/") || role.endsWith("/")) {
            return "Role '" + role + "' cannot " + (role.startsWith("/") ? "start" : "end") + " with a slash";
        }
        for (String component : role.split("/", -1)) {
            if (component.isEmpty()) {
                return "Role '" + role + "' cannot contain two adjacent slashes";
            }
            if (component.equals(".") || component.equals("..") || component.equals("*")) {
                return "Role '" + role + "' cannot include '" + component + "' as a component";
            }
            if (component.startsWith("-")) {
                return "Role component '" + component + "' is invalid because it starts with a dash";
            }
            if (component.chars().anyMatch(c -> c <= ' ' || c == DELETE)) {
                return "Role component '" + component + "' is invalid because it contains backspace or whitespace";
            }
        }
        return null;
    }

    /** What is wrong with an id that becomes the name of a directory. */
    static @Nullable String idFault(String id) {
        if (id.isEmpty()) {
            return "ID must not be empty";
        }
        if (id.length() > MOST_ID_CHARACTERS) {
            return "ID must not be greater than " + MOST_ID_CHARACTERS + " characters";
        }
        if (id.equals(".") || id.equals("..")) {
            return "'" + id + "' is disallowed";
        }
        if (id.chars().anyMatch(c -> c < CONTROL || c == DELETE || c == '/' || c == '\\')) {
            return "'" + id + "' contains invalid characters";
        }
        return null;
    }

    /** As C++ prints a double: 1e+30. */
    private static String seconds(double value) {
        String text = Double.toString(value).replace(".0", "").replace("E", "e+");
        return text.replace("e+-", "e-");
    }
}
