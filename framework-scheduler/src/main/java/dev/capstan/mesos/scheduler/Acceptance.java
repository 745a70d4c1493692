package dev.capstan.mesos.scheduler;

import org.apache.mesos.v1.Protos.Offer.Operation;
import org.apache.mesos.v1.Protos.TaskInfo;

import java.util.ArrayList;
import java.util.List;

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
    static Acceptance of(Matching.Seat seat, List<Matching.Match> matches, String frameworkId) {
        var acceptance =
                new Acceptance(
                        new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        List<TaskInfo> single = new ArrayList<>();
        for (Matching.Match match : matches) {
            switch (match.request()) {
                case TaskRequest task -> {
                    TaskInfo info =
                            Launches.task(task.id(), task.template(), seat, match.parts().getFirst(), frameworkId);
                    acceptance.addTask(info, Launches.placement(seat, match.parts().getFirst()), executor(info));
                    single.add(info);
                }
                case GroupRequest group -> acceptance.addGroup(group, match, frameworkId);
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

    /** The first part is what the executor takes itself. */
    private void addGroup(GroupRequest request, Matching.Match match, String frameworkId) {
        var launch = Operation.newBuilder().setType(Operation.Type.LAUNCH_GROUP);
        launch.getLaunchGroupBuilder().setExecutor(Launches.executor(request, match.parts().getFirst(), frameworkId));
        for (int i = 0; i < request.tasks().size(); i++) {
            GroupRequest.Member member = request.tasks().get(i);
            var part = match.parts().get(i + 1);
            TaskInfo task = Launches.task(member.id(), member.template(), match.seat(), part, frameworkId);
            addTask(task, Launches.placement(match.seat(), part), request.executor().getExecutorId().getValue());
            launch.getLaunchGroupBuilder().getTaskGroupBuilder().addTasks(task);
        }
        operations.add(launch.build());
    }

    private void addChange(OperationRequest request, Matching.Match match) {
        var part = match.parts().getFirst();
        var subject = ResourceChanges.subject(request, part.resources());
        var agent = match.seat().agent();
        entries.add(new FrameworkEntry.OperationIntended(request.id(), agent.agentId()));
        events.add(
                new FrameworkEvent.OperationPlaced(
                        request.id(), new Placement(agent.agentId(), agent.hostname(), subject, part.ports())));
        operations.add(ResourceChanges.operation(request, subject));
        changes.add(request.id());
    }
}
