package dev.capstan.mesos.scheduler;

import dev.capstan.mesos.resource.Pick;
import dev.capstan.mesos.resource.ResourceBag;

import org.apache.mesos.v1.Protos.ExecutorInfo;
import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.TaskInfo;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What is answered to the offers of one agent to one role.
 *
 * @param entries to be written before
 * @param events to be told
 * @param operations that the master is asked for
 * @param tasks that are launched
 * @param changes of resources among the operations
 */
record Acceptance(
        List<FrameworkEntry> entries,
        List<FrameworkEvent> events,
        List<Operation> operations,
        List<String> tasks,
        List<String> changes) {
    static Acceptance of(Matching.Seat seat, List<Matching.Match> matches, Book book) {
        Map<String, GroupExecutor> launched = new HashMap<>(); // looked up, never iterated
        String frameworkId = book.frameworkId();
        var acceptance =
                new Acceptance(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<TaskInfo> single = new ArrayList<>();
        for (Matching.Match each : matches) {
            Matching.Match match = acceptance.reserved(each);
            switch (match.request()) {
                case TaskRequest task -> {
                    TaskInfo info =
                            Launches.task(task.id(), task.template(), seat, match.parts().getFirst(), frameworkId);
                    acceptance.addTask(info, Launches.placement(seat, match.parts().getFirst()), executor(info));
                    single.add(info);
                }
                case GroupRequest group -> {
                    GroupExecutor executor =
                            match.joins(group)
                                    ? book.groupExecutors()
                                            .getOrDefault(group.executorId(), launched.get(group.executorId()))
                                    : acceptance.addExecutor(group, match, frameworkId);
                    launched.put(executor.id(), executor);
                    acceptance.addGroup(group, match, executor.info(), frameworkId);
                }
                case OperationRequest change -> acceptance.addChange(change, match);
            }
        }
        if (!single.isEmpty()) {
            var launch = Operation.newBuilder().setType(Operation.Type.LAUNCH);
            launch.getLaunchBuilder().addAllTaskInfos(single);
            acceptance.operations.add(launch.build());
        }
        return acceptance;
    }

    private static String executor(TaskInfo task) {
        return task.getExecutor().getExecutorId().getValue();
    }

    private void addTask(TaskInfo task, Placement placement, String executor) {
        String id = task.getTaskId().getValue();
        entries.add(new FrameworkEntry.Intended(id, placement.agentId(), executor));
        events.add(new FrameworkEvent.TaskPlaced(id, placement));
        tasks.add(id);
    }

    /** Where what it takes is to be reserved, that comes first, and it takes what is reserved then. */
    private Matching.Match reserved(Matching.Match match) {
        Reservation reservation = match.request().reservation();
        if (reservation == null) {
            return match;
        }
        var info = reservation.info(match.request().role());
        List<Pick.Taken> parts =
                match.parts().stream()
                        .map(part -> new Pick.Taken(part.resources().reserved(info), part.ports()))
                        .toList();
        ResourceBag all = parts.stream().map(Pick.Taken::resources).reduce(ResourceBag.EMPTY, ResourceBag::plus);
        List<Integer> ports = parts.stream().flatMap(part -> part.ports().stream()).toList();
        Operation reserve = ResourceChanges.reserve(reservation.operationId(), all);
        addChange(match.seat(), reservation.operationId(), new Pick.Taken(all, ports), reserve);
        return new Matching.Match(match.request(), match.seat(), parts);
    }

    private GroupExecutor addExecutor(GroupRequest request, Matching.Match match, String frameworkId) {
        String agent = match.seat().agent().agentId();
        var executor = new GroupExecutor(agent, Launches.executor(request, match.parts().getFirst(), frameworkId));
        entries.add(new FrameworkEntry.ExecutorIntended(executor));
        return executor;
    }

    private void addGroup(GroupRequest request, Matching.Match match, ExecutorInfo executor, String frameworkId) {
        var launch = Operation.newBuilder().setType(Operation.Type.LAUNCH_GROUP);
        launch.getLaunchGroupBuilder().setExecutor(executor);
        int first = match.parts().size() - request.tasks().size();
        for (int i = 0; i < request.tasks().size(); i++) {
            GroupRequest.Member member = request.tasks().get(i);
            var part = match.parts().get(first + i);
            TaskInfo task = Launches.task(member.id(), member.template(), match.seat(), part, frameworkId);
            addTask(task, Launches.placement(match.seat(), part), request.executorId());
            launch.getLaunchGroupBuilder().getTaskGroupBuilder().addTasks(task);
        }
        operations.add(launch.build());
    }

    private void addChange(OperationRequest request, Matching.Match match) {
        Pick.Taken part = match.parts().getFirst();
        ResourceBag subject = ResourceChanges.subject(request, part.resources());
        Operation operation = ResourceChanges.operation(request, subject);
        addChange(match.seat(), request.id(), new Pick.Taken(subject, part.ports()), operation);
    }

    private void addChange(Matching.Seat seat, String id, Pick.Taken subject, Operation operation) {
        entries.add(new FrameworkEntry.OperationIntended(id, seat.agent().agentId()));
        events.add(new FrameworkEvent.OperationPlaced(id, Launches.placement(seat, subject)));
        operations.add(operation);
        changes.add(id);
    }
}
