package dev.capstan.devcluster.mesos.master;

import org.apache.mesos.v1.Protos.FrameworkInfo;
import org.apache.mesos.v1.Protos.TaskInfo;
import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What principals may do; who is not named here may do all.
 *
 * @param withoutRole principals that may subscribe in no role
 * @param users as which tasks of a principal may run
 */
public record Permissions(List<String> withoutRole, Map<String, List<String>> users) {
    public static final Permissions ALL = new Permissions(List.of(), Map.of());

    public Permissions {
        withoutRole = List.copyOf(withoutRole);
        users = Map.copyOf(users);
    }

    Permissions mayNotSubscribe(String principal) {
        var more = new ArrayList<>(withoutRole);
        more.add(principal);
        return new Permissions(more, users);
    }

    Permissions tasksOnlyAs(String principal, List<String> allowed) {
        var more = new LinkedHashMap<>(users);
        more.put(principal, List.copyOf(allowed));
        return new Permissions(withoutRole, more);
    }

    /** Why a framework may not subscribe; null if it may. */
    @Nullable String faultOf(FrameworkInfo framework) {
        return withoutRole.contains(framework.getPrincipal())
                ? "Not authorized to register framework "
                        + framework.getId().getValue()
                        + " with roles { "
                        + String.join(", ", Capabilities.roles(framework))
                        + " }"
                : null;
    }

    /** Why a task may not run; null if it may. */
    @Nullable String faultOf(FrameworkInfo framework, TaskInfo task) {
        List<String> allowed = users.get(framework.getPrincipal());
        String user = task.getCommand().hasUser() ? task.getCommand().getUser() : framework.getUser();
        if (task.hasExecutor() && task.getExecutor().getCommand().hasUser()) {
            user = task.getExecutor().getCommand().getUser();
        }
        return allowed == null || allowed.contains(user)
                ? null
                : "Principal '"
                        + framework.getPrincipal()
                        + "' no authorized to launch task "
                        + task.getTaskId().getValue()
                        + " of framework "
                        + framework.getId().getValue()
                        + " under user '"
                        + user
                        + "'";
    }
}
